using System.Globalization;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Platforms.Contract.Tests.Azure.Cloud;
using ImageOperator.Platforms.Contract.Tests.Suite;

namespace ImageOperator.Platforms.Contract.Tests.Azure;

/// <summary>What the ledger says before a call: clean-up believes it.</summary>
[Trait("Category", "Cloud")]
public sealed class AzureIntentTests(ITestOutputHelper output)
{
    private const string Snapshot = "Microsoft.Compute/snapshots/write";

    [Fact]
    public Task IntentIsAsYoungAsTheLastTry() => CaseAsync("the tenth try", async (site, at) =>
    {
        var (first, tries) = (at.Case.NextProcess(), 0);
        first.AtPoint = name => { if (name == Snapshot && ++tries == 10) first.Kill(); };
        site.Cloud.Faults = [new(Snapshot, 1, int.MaxValue / 2, ArmFaultKind.Throttle)];
        Assert.Null(await at.Case.RunAsync(first));
        Assert.Equal(10, tries);
        var intended = at.Case.Status!.Resources!.Single(r => r.Key == "image").Properties!["intendedAt"];
        Assert.True(site.Time.GetUtcNow() - DateTimeOffset.Parse(intended, CultureInfo.InvariantCulture) < TimeSpan.FromSeconds(6), $"{intended}: now is {site.Time.GetUtcNow():O}");
        site.Cloud.Faults = [];
        Assert.Empty((await at.Case.SweepAsync(at.Case.NextProcess()))!);
        await at.AssertAsBeforeAsync();
    });

    private async Task CaseAsync(string name, Func<AzureSite, Tally.At, Task> run, Func<AzureSite, AzureSite>? prepare = null)
    {
        await using var site = new AzureSite();
        prepare?.Invoke(site);
        var tally = new Tally(site, output);
        await tally.CaseAsync(name, at => run(site, at));
        tally.AssertGood();
    }
}
