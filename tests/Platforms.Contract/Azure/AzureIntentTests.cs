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

    [Theory]
    [InlineData("Microsoft.Compute/snapshots/write")]
    [InlineData("Microsoft.Compute/images/write")]
    [InlineData("Microsoft.Compute/galleries/images/write")]
    public Task RepeatedPutIsRefused_TheThingThatIsThereIsNotForgotten(string action) => CaseAsync(action, async (site, at) =>
    {
        // The first PUT is accepted and its operation fails: the thing is there, and the next attempt says it again.
        site.Cloud.Faults = [new(action, 1, 1, ArmFaultKind.Fails)];
        var first = at.Case.NextProcess();
        first.AtPoint = name => { if (name == action + "!") first.Kill(); };
        Assert.Null(await at.Case.RunAsync(first));
        site.Pass(TimeSpan.FromMinutes(5));
        site.Cloud.Faults = [new(action, 2, int.MaxValue / 2, ArmFaultKind.Denied)];
        var outcome = await at.Case.RunAsync(at.Case.NextProcess());
        Assert.Equal((TargetPhase.Failed, Api.Conditions.Reasons.Unauthorized), (outcome!.Status.Phase, outcome.Status.Failure!.Reason));
        AssertKnown(site, at);
        site.Cloud.Faults = [];
        if (outcome.Status.CleanupErrors is not null) Assert.Empty((await at.Case.SweepAsync(at.Case.NextProcess()))!);
        await at.AssertAsBeforeAsync();
    }, site => site.Azure = site.Azure with { Image = site.Azure.Image with { Gallery = action.Contains("galleries", StringComparison.Ordinal) ? site.Azure.Image.Gallery : null } });

    [Theory]
    [InlineData("Microsoft.Compute/virtualMachines/deallocate/action")]
    [InlineData("Microsoft.Compute/virtualMachines/deallocate/action!")]
    [InlineData("Microsoft.Compute/snapshots/write")]
    public Task KilledWhileTheMachineStops_TheNextAttemptCapturesIt(string point) => CaseAsync(point, async (site, at) =>
    {
        var first = at.Case.NextProcess();
        first.AtPoint = name => { if (name == point) first.Kill(); };
        Assert.Null(await at.Case.RunAsync(first));
        Assert.Equal(1, site.BuildMachines);
        await at.AssertRightAsync(await at.Case.RunAsync(at.Case.NextProcess()));
        Assert.Equal(1, site.BuildMachines);
    });

    [Fact]
    public Task SourceIsGoneAfterTheCapture_TheNextAttemptGoesOn_WithItsPlan() => CaseAsync("source gone", async (site, at) =>
    {
        var first = at.Case.NextProcess();
        first.AtPoint = name => { if (name == "Microsoft.Compute/snapshots/write!") first.Kill(); };
        Assert.Null(await at.Case.RunAsync(first));
        site.Cloud.Marketplace.Versions = [];
        var asked = site.Cloud.Requests.Count(r => r.Action == "Microsoft.Compute/virtualMachines/write");
        await at.AssertRightAsync(await at.Case.RunAsync(at.Case.NextProcess()));
        var test = Assert.Single(site.Cloud.Requests.Where(r => r.Action == "Microsoft.Compute/virtualMachines/write").Skip(asked));
        Assert.Equal("hardened", test.Body!["plan"]!["name"]!.GetValue<string>());
        Assert.Equal("hardened", site.Cloud.Requests.Single(r => r.Action == "Microsoft.Compute/galleries/images/write").Body!["properties"]!["purchasePlan"]!["name"]!.GetValue<string>());
    }, site => site.Cloud.Marketplace.Plan = new() { ["name"] = "hardened", ["publisher"] = "someone", ["product"] = "linux" });

    [Theory]
    [InlineData(null)]
    [InlineData("images")]
    public Task ThingsOfAnOlderAttempt_ThatCouldNotBeRemoved_AreNotForgottenForThoseOfTheNext(string? group) => CaseAsync(group ?? "own group", async (site, at) =>
    {
        var first = at.Case.NextProcess();
        first.AtPoint = name => { if (name == "execute t1") first.Kill(); };
        Assert.Null(await at.Case.RunAsync(first));
        string[] removals = ["Microsoft.Resources/subscriptions/resourceGroups/delete", "Microsoft.Compute/virtualMachines/delete", "Microsoft.Network/networkInterfaces/delete", "Microsoft.Network/publicIPAddresses/delete"];
        site.Cloud.Faults = [.. removals.Select(r => new ArmFault(r, site.Cloud.Actions.Count(a => a == r) + 1, int.MaxValue / 2, ArmFaultKind.Denied))];
        var second = at.Case.NextProcess();
        second.AtPoint = name =>
        {
            if (name != "execute t1") return;
            AssertKnown(site, at);
            site.Cloud.Faults = [];
        };
        var outcome = await at.Case.RunAsync(second);
        Assert.True(outcome!.Succeeded, outcome.Status.Failure?.Message);
        AssertKnown(site, at);
        if (outcome.Status.CleanupErrors is not null) Assert.Empty((await at.Case.SweepAsync(at.Case.NextProcess()))!);
        await at.AssertRightAsync(new(at.Case.Status!));
    }, site => site.Azure = site.Azure with { ResourceGroup = group });

    /// <summary>Whatever bears the build's marks has its entry, or goes with a group that has one.</summary>
    private static void AssertKnown(AzureSite site, Tally.At at) => Assert.All(
        site.Cloud.Things.Where(t => t.Tag("imageoperator-build-uid") == at.Case.Uid).Select(t => t.Id).ToList(),
        id => Assert.Contains(at.Case.Status!.Resources ?? [], r => string.Equals(r.Id, id, StringComparison.OrdinalIgnoreCase) || id.StartsWith(r.Id + "/", StringComparison.OrdinalIgnoreCase)));

    private async Task CaseAsync(string name, Func<AzureSite, Tally.At, Task> run, Action<AzureSite>? prepare = null)
    {
        await using var site = new AzureSite();
        prepare?.Invoke(site);
        var tally = new Tally(site, output);
        await tally.CaseAsync(name, at => run(site, at));
        tally.AssertGood();
    }
}
