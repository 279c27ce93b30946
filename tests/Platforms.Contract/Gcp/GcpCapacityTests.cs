using ImageOperator.Api.Conditions;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Targets.Gcp;
using ImageOperator.Platforms.Contract.Tests.Suite;

namespace ImageOperator.Platforms.Contract.Tests.Gcp;

[Trait("Category", "Cloud")]
public sealed class GcpCapacityTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(true, "ZONE_RESOURCE_POOL_EXHAUSTED")]
    [InlineData(false, "QUOTA_EXCEEDED")]
    public async Task NoRoom_InTheFirstPlaces_TheNextIsTaken(bool stockout, string code)
    {
        await using var site = new GcpSite();
        site.Gcp = site.Gcp with { MachineTypes = ["e2-medium", "n2-standard-2"], Zones = ["europe-west3-a", "europe-west3-b"] };
        (stockout ? site.Cloud.Instances.Stockouts : site.Cloud.Instances.Quotas).UnionWith(["e2-medium in europe-west3-a", "e2-medium in europe-west3-b", "n2-standard-2 in europe-west3-a"]);
        var tally = new Tally(site, output);
        await tally.CaseAsync(code, async at =>
        {
            await at.AssertRightAsync(await at.Case.RunAsync(at.Case.NextProcess()));
            var asked = site.Cloud.Requests.Where(r => r.Method == "compute.instances.insert").Take(4).ToList();
            Assert.Equal(["europe-west3-a", "europe-west3-b", "europe-west3-a", "europe-west3-b"], asked.Select(r => r.Zone));
            Assert.Equal(4, asked.Select(r => r["requestId"]).Distinct().Count());
            Assert.Equal(
                [$"e2-medium in europe-west3-a: {code}", $"e2-medium in europe-west3-b: {code}", $"n2-standard-2 in europe-west3-a: {code}"],
                at.Case.Saved(s => s.Machine?.Tried is { Count: 3 }).Machine!.Tried);
        });
        tally.AssertGood();
    }

    [Fact]
    public async Task MachineType_ThatAZoneDoesNotHave_TheNextIsTaken()
    {
        await using var site = new GcpSite();
        site.Gcp = site.Gcp with { MachineTypes = ["c9-none", "e2-medium"] };
        var tally = new Tally(site, output);
        await tally.CaseAsync("no such type", async at => await at.AssertRightAsync(await at.Case.RunAsync(at.Case.NextProcess())));
        tally.AssertGood();
    }

    /// <summary>Spare capacity that is taken back before it was of any use, or a place that vanishes.</summary>
    [Theory]
    [InlineData(true, false)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    public async Task Machine_TakenAwayBeforeItCouldBeUsed_TheNextPlaceIsTaken(bool spot, bool runsFirst)
    {
        await using var site = new GcpSite();
        site.Gcp = site.Gcp with { Spot = spot, Zones = ["europe-west3-a", "europe-west3-b"] };
        site.Cloud.Instances.Preemptions["e2-medium in europe-west3-a"] = runsFirst;
        var tally = new Tally(site, output);
        await tally.CaseAsync("preempted", async at =>
        {
            await at.AssertRightAsync(await at.Case.RunAsync(at.Case.NextProcess()));
            Assert.Contains("e2-medium in europe-west3-a: the machine", Assert.Single(at.Case.Saved(s => s.Machine?.Tried is { Count: 1 }).Machine!.Tried!), StringComparison.Ordinal);
        });
        tally.AssertGood();
    }

    /// <summary>What the cloud began with is removed, and nobody waits for what its own operation has said not to exist.</summary>
    [Fact]
    public async Task NoRoom_AfterTheDiskWasMade_TheDiskIsRemoved_AndTheNextPlaceIsTakenAtOnce()
    {
        await using var site = new GcpSite();
        site.Gcp = site.Gcp with { MachineTypes = ["n2-standard-2", "e2-medium"] };
        site.Cloud.Instances.Stockouts.Add("n2-standard-2 in europe-west3-a");
        site.Cloud.Instances.LeavesDisks = true;
        var tally = new Tally(site, output);
        await tally.CaseAsync("a disk is left", async at =>
        {
            var process = at.Case.NextProcess();
            var times = new List<DateTimeOffset>();
            process.AtPoint = name =>
            {
                if (name == "compute.instances.insert") times.Add(site.Time.GetUtcNow());
            };
            await at.AssertRightAsync(await at.Case.RunAsync(process));
            Assert.InRange(times[1] - times[0], TimeSpan.Zero, TimeSpan.FromSeconds(35));
        });
        tally.AssertGood();
    }

    /// <summary>The first try has made a machine, and nobody knows: the next place's must not take its place in the ledger.</summary>
    [Fact]
    public async Task NoRoom_AfterATryWhoseAnswerWasLost_ThatTrysMachineIsRemoved()
    {
        await using var site = new GcpSite();
        site.Gcp = site.Gcp with { Zones = ["europe-west3-a", "europe-west3-b"] };
        var tally = new Tally(site, output);
        await tally.CaseAsync("lost, then a quota", async at =>
        {
            site.Cloud.Faults = [new("compute.instances.insert", 1, 1, FaultKind.LostAnswer), new("compute.instances.insert", 2, 1, FaultKind.Quota)];
            await at.AssertRightAsync(await at.Case.RunAsync(at.Case.NextProcess()));
            Assert.Equal(["europe-west3-a", "europe-west3-a", "europe-west3-b"], site.Cloud.Requests.Where(r => r.Method == "compute.instances.insert").Take(3).Select(r => r.Zone));
        });
        tally.AssertGood();
    }

    [Fact]
    public async Task NoRoom_Anywhere_TheFailureSaysWhatWasTriedAndWhichQuota()
    {
        await using var site = new GcpSite();
        site.Cloud.Instances.Quotas.Add("e2-medium in europe-west3-a");
        var tally = new Tally(site, output);
        await tally.CaseAsync("nowhere", async at =>
        {
            var outcome = await at.Case.RunAsync(at.Case.NextProcess());
            Assert.Equal((TargetPhase.Failed, Reasons.NoCapacity, BuildStage.MachineCreated), (outcome!.Status.Phase, outcome.Status.Failure!.Reason, outcome.Status.Failure.Stage));
            Assert.Contains("e2-medium in europe-west3-a: QUOTA_EXCEEDED", outcome.Status.Failure.Message, StringComparison.Ordinal);
            Assert.Contains("have the quota CPUS raised", outcome.Status.Failure.Hint, StringComparison.Ordinal);
            await at.AssertAsBeforeAsync();
        });
        tally.AssertGood();
    }

    /// <summary>Between one zone and the next, spot, behind Identity-Aware Proxy: the machine that counts is the later one.</summary>
    [Fact]
    public async Task NoRoom_AndKilledThere_NothingIsLeftOrLost()
    {
        await using var site = new GcpSite();
        site.Gcp = site.Gcp with { Spot = true, Zones = ["europe-west3-a", "europe-west3-b"], Network = new() { Connect = GcpConnect.Iap } };
        site.Cloud.Instances.Stockouts.Add("e2-medium in europe-west3-a");
        site.Cloud.Instances.LeavesDisks = true;
        await new KillMatrix(output, "compute.instances.insert", "compute.instances.insert~", "compute.disks.delete", "compute.zoneOperations.get~").RunAsync(site);
    }

    /// <summary>The cloud's own mishaps: the same request would be the one that has failed.</summary>
    [Theory]
    [InlineData(2, 0)]
    [InlineData(0, 2)]
    public async Task Operation_ThatFailsForNoReasonOfOurs_IsAskedForAnew(int machines, int images)
    {
        await using var site = new GcpSite();
        var tally = new Tally(site, output);
        await tally.CaseAsync("internal errors", async at =>
        {
            (site.Cloud.Instances.InternalErrors, site.Cloud.Images.InternalErrors) = (machines, images);
            await at.AssertRightAsync(await at.Case.RunAsync(at.Case.NextProcess()));
            Assert.Equal((0, 0), (site.Cloud.Instances.InternalErrors, site.Cloud.Images.InternalErrors));
            var method = machines > 0 ? "compute.instances.insert" : "compute.images.insert";
            Assert.Equal(3, site.Cloud.Requests.Where(r => r.Method == method).Take(3).Select(r => r["requestId"]).Distinct().Count());
            if (images > 0) Assert.Equal(1, site.BuildMachines);
        });
        tally.AssertGood();
    }

    [Fact]
    public async Task Operation_ThatKeepsFailing_FailsTheBuild_AndNothingIsLeft()
    {
        await using var site = new GcpSite();
        var tally = new Tally(site, output);
        await tally.CaseAsync("internal errors", async at =>
        {
            site.Cloud.Images.InternalErrors = 3;
            var outcome = await at.Case.RunAsync(at.Case.NextProcess());
            Assert.False(outcome!.Succeeded);
            Assert.Contains("INTERNAL_ERROR", outcome.Status.Failure!.Message, StringComparison.Ordinal);
            await at.AssertAsBeforeAsync();
        });
        tally.AssertGood();
    }

    /// <summary>The machine whose disk it is stands still: the next attempt makes the image of it, with another request.</summary>
    [Fact]
    public async Task Image_WhoseOperationFailedUnseen_IsAskedForAnewByTheNextAttempt()
    {
        await using var site = new GcpSite();
        var tally = new Tally(site, output);
        await tally.CaseAsync("killed meanwhile", async at =>
        {
            site.Cloud.State.Timings = site.Cloud.State.Timings with { Visible = TimeSpan.FromSeconds(20) };
            site.Cloud.Images.InternalErrors = 1;
            var process = at.Case.NextProcess();
            process.AtPoint = name =>
            {
                if (name == "compute.images.insert!") process.Kill();
            };
            Assert.Null(await at.Case.RunAsync(process));
            site.Pass(TimeSpan.FromSeconds(3));
            await at.AssertRightAsync(await at.Case.RunAsync(at.Case.NextProcess()));
            Assert.Equal((0, 1), (site.Cloud.Images.InternalErrors, site.BuildMachines));
        });
        tally.AssertGood();
    }
}
