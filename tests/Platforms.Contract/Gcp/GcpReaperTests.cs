using ImageOperator.Api.Platforms;
using ImageOperator.Api.Platforms.Aws;
using ImageOperator.Api.Protocol;
using ImageOperator.Platforms.Contract.Tests.Suite;
using ImageOperator.Platforms.Gcp;

namespace ImageOperator.Platforms.Contract.Tests.Gcp;

/// <summary>Builds whose object, ledger and all, is gone: what they left is found by its marks.</summary>
[Trait("Category", "Cloud")]
public sealed class GcpReaperTests(ITestOutputHelper output)
{
    [Fact]
    public async Task KilledAtEachCall_AndTheBuildIsGone_TheReaperRestoresTheProject()
    {
        await using var site = Place();
        var tally = new Tally(site, output);
        var points = 0;
        await tally.CaseAsync("recording", async at =>
        {
            Place(site, at.Case);
            var process = at.Case.NextProcess();
            await at.AssertRightAsync(await at.Case.RunAsync(process));
            points = process.Points.Count;
        });
        for (var point = 0; point < points; point += PlatformContract.StrideOf(17))
        {
            await tally.CaseAsync($"kill at {point}, reap", async at =>
            {
                Place(site, at.Case);
                if (await at.Case.RunAsync(at.Case.NextProcess(point)) is not null) return;
                site.Pass(TimeSpan.FromHours(25));
                await site.Cloud.State.CatchUpAsync();
                var left = (await site.ListAsync()).Except(at.Before).ToList();
                var kept = site.Cloud.State.Resources.Values.Any(r => r.Label("imageoperator-kept") is not null);

                // A dry run tells of it all and touches nothing.
                var told = await LookAsync(site, at.Case, StrayMode.Report);
                Assert.Equal((null, 0), (told.Error, told.Removed));
                if (!kept) Assert.Equal(left.Count > 0, told.Found > 0);

                var reaped = await LookAsync(site, at.Case, StrayMode.Remove);
                Assert.Null(reaped.Error);
                // What was made a result stays, as all results do.
                if (!kept) Assert.Equal(at.Before, await site.ListAsync());
            });
        }

        tally.AssertGood();
    }

    /// <summary>The cloud deletes machines that have run for too long, and none that is stopped: those are the reaper's.</summary>
    [Fact]
    public async Task MachineThatIsStopped_OutlivesItsLifetime_AndIsReaped()
    {
        await using var site = Place();
        site.Gcp = site.Gcp with { MachineLifetime = Api.Common.Duration.FromMinutes(120) };
        var tally = new Tally(site, output);
        await tally.CaseAsync("stopped", async at =>
        {
            Place(site, at.Case);
            var process = at.Case.NextProcess();
            process.AtPoint = name => { if (name == "compute.images.insert") process.Kill(); };
            Assert.Null(await at.Case.RunAsync(process));
            site.Pass(TimeSpan.FromHours(25));
            await site.Cloud.State.CatchUpAsync();
            Assert.Contains(site.Cloud.State.Resources.Values, r => r.Link.Contains("/instances/", StringComparison.Ordinal) && r.Status == "TERMINATED");
            Assert.Equal(1, (await LookAsync(site, at.Case, StrayMode.Remove)).Removed);
            Assert.Equal(at.Before, await site.ListAsync());
        });
        tally.AssertGood();
    }

    [Theory]
    [InlineData("young")]
    [InlineData("alive")]
    [InlineData("of another platform")]
    [InlineData("a result")]
    [InlineData("not wanted")]
    public async Task WhatIsNoStray_IsLeftAlone(string why)
    {
        await using var site = Place();
        var tally = new Tally(site, output);
        await tally.CaseAsync(why, async at =>
        {
            Place(site, at.Case);
            var process = at.Case.NextProcess();
            if (why != "a result") process.AtPoint = name => { if (name == "execute p1") process.Kill(); };
            await at.Case.RunAsync(process);
            var there = await site.ListAsync();
            Assert.NotEqual(at.Before, there);
            site.Pass(why == "young" ? TimeSpan.FromHours(23) : TimeSpan.FromHours(25));

            var mode = why == "not wanted" ? StrayMode.Off : StrayMode.Remove;
            var report = await TryLookAsync(site, mode, why == "of another platform" ? "another" : PlatformOf(at.Case), why == "alive" ? [at.Case.Uid] : []);

            if (why == "not wanted") Assert.Null(report);
            else Assert.Equal((0, 0, null), (report!.Found, report.Removed, report.Error));
            Assert.Equal(there, await site.ListAsync());
            if (why == "a result") return;
            // The case's own end.
            Assert.Empty((await at.Case.SweepAsync(at.Case.NextProcess()))!);
        });
        tally.AssertGood();
    }

    private static GcpSite Place()
    {
        var site = new GcpSite();
        // Older images bear no marks: their status is the sweeper's only.
        // And the dead-man switch would leave less for the reaper.
        site.Gcp = site.Gcp with { Image = site.Gcp.Image with { OlderImages = null }, MachineLifetime = Api.Common.Duration.FromMinutes(60 * 48) };
        return site;
    }

    private static void Place(GcpSite site, Case build) => site.Access = new(new() { Gcp = new() { Project = GcpSite.Project } }, "/nowhere", PlatformOf(build));

    private static string PlatformOf(Case build) => $"platform-{build.Uid}";

    private static async Task<StrayReport> LookAsync(GcpSite site, Case build, StrayMode mode) =>
        await TryLookAsync(site, mode, PlatformOf(build), [$"not-{build.Uid}"]) ?? throw new Xunit.Sdk.XunitException("nobody looked for strays");

    private static async Task<StrayReport?> TryLookAsync(GcpSite site, StrayMode mode, string platform, string[] alive)
    {
        var process = new Process(1);
        var probe = new GcpProbe(site.Options(process)).ProbeAsync(
            new()
            {
                Platform = new() { Gcp = new() { Project = GcpSite.Project, Strays = new() { Mode = mode } } },
                Credentials = "/nowhere",
                Cache = "/nowhere",
                Strays = new() { PlatformUid = platform, Builds = alive },
                Time = site.Time,
            },
            CancellationToken.None);
        await site.RunAsync(probe, process);
        var result = await probe;
        Assert.Equal(ProbeOutcome.Works, result.Outcome);
        return result.Strays;
    }
}
