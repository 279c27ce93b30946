using System.Text.Json.Nodes;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Platforms.Contract.Tests.Azure.Cloud;
using ImageOperator.Platforms.Contract.Tests.Suite;

namespace ImageOperator.Platforms.Contract.Tests.Azure;

/// <summary>An image definition that is missing is made; other builds do the same at the same time, and take theirs away when they fail.</summary>
[Trait("Category", "Cloud")]
public sealed class AzureDefinitionTests(ITestOutputHelper output)
{
    private const string Id = $"/subscriptions/{ArmCloud.Subscription}/resourceGroups/images/providers/Microsoft.Compute/galleries/lab/images/web";
    private const string Write = "Microsoft.Compute/galleries/images/write";

    [Fact]
    public Task OtherBuildMakesItLater_ItIsNotRemovedWhenThisOneFails() => CaseAsync(async (site, at) =>
    {
        var process = at.Case.NextProcess();
        process.AtPoint = name =>
        {
            // As if another build's PUT had come right after ours.
            if (name == "Microsoft.Compute/galleries/images/versions/write") site.Cloud.Find(Id)!.Body["tags"] = new JsonObject { ["imageoperator-build-uid"] = "another", ["imageoperator-target"] = "lab" };
        };
        at.Case.Run = line => line == "t1" ? 1 : 0;
        var outcome = await at.Case.RunAsync(process);
        Assert.Equal(Api.Conditions.Reasons.TestFailed, outcome!.Status.Failure!.Reason);
        if (outcome.Status.CleanupErrors is not null) Assert.Empty((await at.Case.SweepAsync(at.Case.NextProcess()))!);
        Assert.DoesNotContain(site.Cloud.Requests, r => r.Action == "Microsoft.Compute/galleries/images/delete");
        site.Cloud.Remove(site.Cloud.Find(Id)!);
        await at.AssertAsBeforeAsync();
    });

    [Fact]
    public Task OtherBuildMakesItMeanwhile_ThisOneDoesNotCallItItsOwn() => CaseAsync(async (site, at) =>
    {
        var process = at.Case.NextProcess();
        process.AtPoint = name =>
        {
            if (name == Write + "!") site.Cloud.Find(Id)!.Body["tags"] = new JsonObject { ["imageoperator-build-uid"] = "another", ["imageoperator-target"] = "lab" };
        };
        var outcome = await at.Case.RunAsync(process);
        Assert.True(outcome!.Succeeded, outcome.Status.Failure?.Message);
        Assert.DoesNotContain(outcome.Status.Resources ?? [], r => r.Type == "azure/gallery-image");
        foreach (var artifact in outcome.Status.Artifacts!.DistinctBy(a => a.Id)) site.Cloud.Remove(site.Cloud.Find(artifact.Id)!);
        site.Cloud.Remove(site.Cloud.Find(Id)!);
        Assert.Equal(at.Before, await site.ListAsync());
    });

    [Fact]
    public Task OtherBuildTakesItAwayBeforeTheVersion_ItIsMadeOnceMore() => CaseAsync(async (site, at) =>
    {
        var process = at.Case.NextProcess();
        var taken = false;
        process.AtPoint = name =>
        {
            if (name != "Microsoft.Compute/galleries/images/versions/write" || taken) return;
            taken = true;
            site.Cloud.Remove(site.Cloud.Find(Id)!);
        };
        await at.AssertRightAsync(await at.Case.RunAsync(process));
        Assert.Equal(2, site.Cloud.Requests.Count(r => r.Action == Write));
    });

    [Fact]
    public async Task TwoBuildsAtOnce_MakeTheSameDefinition_AndVersionsOfTheirOwn()
    {
        await using var site = new AzureSite();
        site.Azure = site.Azure with { Image = site.Azure.Image with { ManagedImage = null, Snapshot = null, Vhd = null } };
        var tally = new Tally(site, output);
        await tally.CaseAsync("two builds", async at =>
        {
            var outcomes = await Case.RunTogetherAsync(site, at.Case, new Case(site));
            Assert.All(outcomes, o => Assert.Equal((TargetPhase.Succeeded, (string?)null), (o.Status.Phase, o.Status.Failure?.Message)));
            Assert.Equal(2, outcomes.SelectMany(o => o.Status.Artifacts!).Select(a => a.Id).Distinct().Count());
            Assert.NotNull(site.Cloud.Find(Id)!.Tag("imageoperator-kept"));
        });
        tally.AssertGood();
    }

    private async Task CaseAsync(Func<AzureSite, Tally.At, Task> run)
    {
        await using var site = new AzureSite();
        site.Azure = site.Azure with { Image = site.Azure.Image with { ManagedImage = null, Snapshot = null, Vhd = null } };
        var tally = new Tally(site, output);
        await tally.CaseAsync("definition", at => run(site, at));
        tally.AssertGood();
    }
}
