using System.Text.Json.Nodes;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Platforms.Contract.Tests.Azure.Cloud;
using ImageOperator.Platforms.Contract.Tests.Suite;

namespace ImageOperator.Platforms.Contract.Tests.Azure;

/// <summary>Results have names that templates give: what someone else has made by such a name is neither taken nor removed.</summary>
[Trait("Category", "Cloud")]
public sealed class AzureOwnershipTests(ITestOutputHelper output)
{
    private const string Group = $"/subscriptions/{ArmCloud.Subscription}/resourceGroups/images";
    private const string SnapshotId = $"{Group}/providers/{ResourceRules.Snapshot}/web-lab-1-disk";

    [Fact]
    public Task SnapshotOfOthers_MadeAfterTheIntent_IsNotTakenByTheNextAttempt() => KilledBeforeTheSnapshotAsync(async (site, at) =>
    {
        var outcome = await at.Case.RunAsync(at.Case.NextProcess());
        Assert.Equal(TargetPhase.Failed, outcome!.Status.Phase);
        Assert.Contains("azure.image.snapshot.name", outcome.Status.Failure!.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(site.Cloud.Requests, r => r.Path.Contains("web-lab-1-disk", StringComparison.Ordinal) && r.Method != "GET");
        if (outcome.Status.CleanupErrors is not null) Assert.Empty((await at.Case.SweepAsync(at.Case.NextProcess()))!);
    });

    [Fact]
    public Task SnapshotOfOthers_MadeAfterTheIntent_IsLeftByTheSweeper() => KilledBeforeTheSnapshotAsync(async (_, at) =>
        Assert.Empty((await at.Case.SweepAsync(at.Case.NextProcess()))!));

    [Fact]
    public async Task SnapshotOfOthers_MadeWhileTheMachineRan_IsNotTaken()
    {
        await using var site = new AzureSite();
        var tally = new Tally(site, output);
        await tally.CaseAsync("made meanwhile", async at =>
        {
            var process = at.Case.NextProcess();
            process.AtPoint = name => { if (name == "execute p1") Add(site); };
            var outcome = await at.Case.RunAsync(process);
            Assert.Contains("azure.image.snapshot.name", outcome!.Status.Failure!.Message, StringComparison.Ordinal);
            if (outcome.Status.CleanupErrors is not null) Assert.Empty((await at.Case.SweepAsync(at.Case.NextProcess()))!);
            await AssertOnlyOthersAsync(site, at);
        });
        tally.AssertGood();
    }

    private async Task KilledBeforeTheSnapshotAsync(Func<AzureSite, Tally.At, Task> then)
    {
        await using var site = new AzureSite();
        var tally = new Tally(site, output);
        await tally.CaseAsync("killed before the snapshot", async at =>
        {
            var first = at.Case.NextProcess();
            first.AtPoint = name => { if (name == "Microsoft.Compute/snapshots/write") first.Kill(); };
            Assert.Null(await at.Case.RunAsync(first));
            Assert.Contains(at.Case.Status!.Resources!, r => r.Id == SnapshotId);
            Add(site);
            await then(site, at);
            await AssertOnlyOthersAsync(site, at);
        });
        tally.AssertGood();
    }

    private static void Add(AzureSite site) => site.Cloud.Add(
        SnapshotId, ResourceRules.Snapshot, new() { ["location"] = AzureSite.Location, ["tags"] = new JsonObject { ["team"] = "others" }, ["properties"] = new JsonObject { ["hyperVGeneration"] = "V2" } });

    private static async Task AssertOnlyOthersAsync(AzureSite site, Tally.At at)
    {
        var others = site.Cloud.Find(SnapshotId);
        Assert.Equal(("others", "Succeeded"), (others?.Tag("team"), others?.State));
        site.Cloud.Remove(others!);
        await at.AssertAsBeforeAsync();
    }
}
