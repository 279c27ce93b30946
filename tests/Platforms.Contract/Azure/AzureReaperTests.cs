using ImageOperator.Api.Platforms;
using ImageOperator.Api.Platforms.Aws;
using ImageOperator.Api.Protocol;
using ImageOperator.Platforms.Azure;
using ImageOperator.Platforms.Contract.Tests.Azure.Cloud;
using ImageOperator.Platforms.Contract.Tests.Suite;

namespace ImageOperator.Platforms.Contract.Tests.Azure;

/// <summary>Builds whose object, ledger and all, is gone: what they left is found by its marks.</summary>
[Trait("Category", "Cloud")]
public sealed class AzureReaperTests(ITestOutputHelper output)
{
    [Fact]
    public async Task KilledAtEachCall_AndTheBuildIsGone_TheReaperRestoresTheSubscription()
    {
        await using var site = new AzureSite();
        var tally = new Tally(site, output);
        var points = 0;
        await tally.CaseAsync("recording", async at =>
        {
            Place(site, at.Case);
            var process = at.Case.NextProcess();
            await at.AssertRightAsync(await at.Case.RunAsync(process));
            points = process.Points.Count;
        });
        for (var point = 0; point < points; point += PlatformContract.StrideOf(71))
        {
            await tally.CaseAsync($"kill at {point}, reap", async at =>
            {
                Place(site, at.Case);
                if (await at.Case.RunAsync(at.Case.NextProcess(point)) is not null) return;
                var kept = at.Case.Status?.Resources?.Any(r => r is { Key: "image", Temporary: false }) == true;
                // A removal that was under way goes on without its builder.
                site.Pass(TimeSpan.FromHours(25));
                var left = (await site.ListAsync()).Except(at.Before).ToList();

                // A dry run tells of it all and touches nothing.
                var told = await LookAsync(site, at.Case, StrayMode.Report);
                Assert.Null(told.Error);
                Assert.Equal(0, told.Removed);
                Assert.Equal(left, (await site.ListAsync()).Except(at.Before));
                var marked = IsMarkedKept(site);
                if (!kept && !marked) Assert.Equal(left.Count > 0, told.Found > 0);

                var reaped = await LookAsync(site, at.Case, StrayMode.Remove);
                Assert.Null(reaped.Error);
                // Groups go on by themselves.
                site.Pass(TimeSpan.FromMinutes(10));
                // What was made a result stays, as all results do.
                if (!marked) await AssertAsBeforeAsync(site, at);
            });
        }

        tally.AssertGood();
    }

    [Fact]
    public async Task GroupThatGoesSlowly_IsNotWaitedFor()
    {
        await using var site = new AzureSite();
        var tally = new Tally(site, output);
        await tally.CaseAsync("slow", async at =>
        {
            Place(site, at.Case);
            var process = at.Case.NextProcess();
            process.AtPoint = name => { if (name == "execute p1") process.Kill(); };
            Assert.Null(await at.Case.RunAsync(process));
            site.Pass(TimeSpan.FromHours(25));
            site.Cloud.Timings = site.Cloud.Timings with { GroupRemoval = TimeSpan.FromMinutes(20) };
            var begun = site.Time.GetUtcNow();
            var report = await LookAsync(site, at.Case, StrayMode.Remove);
            Assert.Equal((1, 1, null), (report.Found, report.Removed, report.Error));
            Assert.InRange(site.Time.GetUtcNow() - begun, TimeSpan.Zero, TimeSpan.FromMinutes(3));
            site.Pass(TimeSpan.FromMinutes(21));
            await AssertAsBeforeAsync(site, at);
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
        await using var site = new AzureSite();
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

            var platform = why == "of another platform" ? "another" : PlatformOf(at.Case);
            var mode = why == "not wanted" ? StrayMode.Off : StrayMode.Remove;
            var report = await TryLookAsync(site, mode, platform, why == "alive" ? [at.Case.Uid] : []);

            if (why == "not wanted") Assert.Null(report);
            else Assert.Equal((0, 0, null), (report!.Found, report.Removed, report.Error));
            Assert.Equal(there, await site.ListAsync());
            if (why == "a result") return;
            // The case's own end.
            Assert.Empty((await at.Case.SweepAsync(at.Case.NextProcess()))!);
        });
        tally.AssertGood();
    }

    /// <summary>A platform of the case's own.</summary>
    private static void Place(AzureSite site, Case build) => site.Access = new(new() { Azure = new() { SubscriptionId = ArmCloud.Subscription, Location = AzureSite.Location } }, "/nowhere", PlatformOf(build));

    private static string PlatformOf(Case build) => $"platform-{build.Uid}";

    private static bool IsMarkedKept(AzureSite site) => site.Cloud.Actions.Contains("Microsoft.Resources/tags/write");

    private static async Task AssertAsBeforeAsync(AzureSite site, Tally.At at) => Assert.Equal(at.Before, await site.ListAsync());

    private static async Task<StrayReport> LookAsync(AzureSite site, Case build, StrayMode mode) =>
        await TryLookAsync(site, mode, PlatformOf(build), [$"not-{build.Uid}"]) ?? throw new Xunit.Sdk.XunitException("nobody looked for strays");

    private static async Task<StrayReport?> TryLookAsync(AzureSite site, StrayMode mode, string platform, string[] alive)
    {
        var process = new Process(1);
        var probe = new AzureProbe(site.Options(process)).ProbeAsync(
            new()
            {
                Platform = new() { Azure = new() { SubscriptionId = ArmCloud.Subscription, Location = AzureSite.Location, Strays = new() { Mode = mode } } },
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
