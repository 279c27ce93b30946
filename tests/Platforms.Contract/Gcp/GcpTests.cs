using System.Text.Json.Nodes;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Targets.Gcp;
using ImageOperator.Platforms.Contract.Tests.Suite;

namespace ImageOperator.Platforms.Contract.Tests.Gcp;

/// <summary>Builds on a site of the double, each with a look at what was asked of it.</summary>
public abstract class GcpTests(ITestOutputHelper output)
{
    protected ITestOutputHelper Output { get; } = output;

    private protected async Task FailAsync(GcpSite site, string reason, string message, string hint, bool made = false, Action? check = null)
    {
        var tally = new Tally(site, Output);
        await tally.CaseAsync(message, async at =>
        {
            var outcome = await at.Case.RunAsync(at.Case.NextProcess());
            Assert.Equal((TargetPhase.Failed, reason), (outcome!.Status.Phase, outcome.Status.Failure!.Reason));
            Assert.Contains(message, outcome.Status.Failure.Message, StringComparison.Ordinal);
            Assert.Contains(hint, outcome.Status.Failure.Hint, StringComparison.Ordinal);
            Assert.Equal(made, site.Cloud.Calls.Contains("compute.instances.insert"));
            check?.Invoke();
            await at.AssertAsBeforeAsync();
        });
        tally.AssertGood();
    }

    private protected async Task BuildAsync(Func<GcpTarget, GcpTarget> change, Action<GcpSite, Tally.At> check)
    {
        await using var site = new GcpSite();
        site.Gcp = change(site.Gcp);
        var tally = new Tally(site, Output);
        await tally.CaseAsync("requests", async at =>
        {
            await at.AssertRightAsync(await at.Case.RunAsync(at.Case.NextProcess()));
            check(site, at);
        });
        tally.AssertGood();
    }

    private protected static JsonObject Body(GcpSite site, string method) => site.Cloud.Requests.First(r => r.Method == method).Body!;
}
