using ImageOperator.Api.Platforms;
using ImageOperator.Api.Protocol;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Platforms.Contract.Tests.Suite;

/// <summary>Builds whose object, ledger and all, is gone: what they left is found by its marks.</summary>
public abstract class ReaperContract(ITestOutputHelper output)
{
    /// <summary>The stride of ordinary runs.</summary>
    protected abstract int DefaultStride { get; }

    private protected abstract CloudSite Open();

    /// <summary>An ImagePlatform of the account.</summary>
    protected abstract ImagePlatformSpec Platform(StrayMode mode);

    private protected abstract IPlatformProbe Probe(CloudSite site, Process process);

    /// <summary>Whether the account shows the artifacts as results.</summary>
    private protected abstract bool HasResults(CloudSite site);

    /// <summary>Long enough for all that goes on by itself.</summary>
    private protected virtual Task SettleAsync(CloudSite site) => Task.CompletedTask;

    [Fact]
    public async Task KilledAtEachCall_AndTheBuildIsGone_TheReaperRestoresTheAccount()
    {
        await using var site = Open();
        var tally = new Tally(site, output);
        var points = 0;
        await tally.CaseAsync("recording", async at =>
        {
            Place(site, at.Case);
            var process = at.Case.NextProcess();
            await at.AssertRightAsync(await at.Case.RunAsync(process));
            points = process.Points.Count;
        });
        for (var point = 0; point < points; point += PlatformContract.StrideOf(DefaultStride))
        {
            await tally.CaseAsync($"kill at {point}, reap", async at =>
            {
                Place(site, at.Case);
                if (await at.Case.RunAsync(at.Case.NextProcess(point)) is not null) return;
                // A removal that was under way goes on without its builder.
                site.Pass(TimeSpan.FromHours(25));
                await SettleAsync(site);
                var left = (await site.ListAsync()).Except(at.Before).ToList();

                // A dry run tells of it all and touches nothing.
                var told = await LookAsync(site, at.Case, StrayMode.Report);
                Assert.Equal((null, 0), (told.Error, told.Removed));
                Assert.Equal(left, (await site.ListAsync()).Except(at.Before));
                var isResult = HasResults(site) || at.Case.Status?.Resources?.Any(r => r is { Key: "image", Temporary: false }) == true;
                if (!isResult) Assert.Equal(left.Count > 0, told.Found > 0);

                var reaped = await LookAsync(site, at.Case, StrayMode.Remove);
                Assert.Null(reaped.Error);
                site.Pass(TimeSpan.FromMinutes(10));
                await SettleAsync(site);
                // What was made a result stays, as all results do.
                if (!HasResults(site)) Assert.Equal(at.Before, await site.ListAsync());
            });
        }

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
        await using var site = Open();
        var tally = new Tally(site, output);
        await tally.CaseAsync(why, async at =>
        {
            Place(site, at.Case);
            if (why == "a result") Assert.NotNull(await at.Case.RunAsync(at.Case.NextProcess()));
            else await KilledAsync(at, "execute p1");
            var there = await site.ListAsync();
            Assert.NotEqual(at.Before, there);
            site.Pass(why == "young" ? TimeSpan.FromHours(23) : TimeSpan.FromHours(25));

            var report = await TryLookAsync(
                site, Platform(why == "not wanted" ? StrayMode.Off : StrayMode.Remove), why == "of another platform" ? "another" : PlatformOf(at.Case), why == "alive" ? [at.Case.Uid] : []);

            if (why == "not wanted") Assert.Null(report);
            else Assert.Equal((0, 0, null), (report!.Found, report.Removed, report.Error));
            Assert.Equal(there, await site.ListAsync());
            if (why == "a result") return;
            // The case's own end.
            Assert.Empty((await at.Case.SweepAsync(at.Case.NextProcess()))!);
        });
        tally.AssertGood();
    }

    /// <summary>A platform of the case's own: an emulator may show what is gone, too.</summary>
    private protected void Place(Site site, Case build) => site.Access = new(Platform(StrayMode.Report), "/nowhere", PlatformOf(build));

    private protected static string PlatformOf(Case build) => $"platform-{build.Uid}";

    private protected static async Task KilledAsync(Tally.At at, string call)
    {
        var process = at.Case.NextProcess();
        process.AtPoint = name => { if (name == call) process.Kill(); };
        Assert.Null(await at.Case.RunAsync(process));
    }

    private protected async Task<StrayReport> LookAsync(CloudSite site, Case build, StrayMode mode) =>
        await TryLookAsync(site, Platform(mode), PlatformOf(build), [$"not-{build.Uid}"]) ?? throw new Xunit.Sdk.XunitException("nobody looked for strays");

    private protected async Task<StrayReport?> TryLookAsync(CloudSite site, ImagePlatformSpec platform, string uid, string[] alive)
    {
        var process = new Process(1);
        var probe = Probe(site, process).ProbeAsync(
            new() { Platform = platform, Credentials = "/nowhere", Cache = "/nowhere", Strays = new() { PlatformUid = uid, Builds = alive }, Time = site.Time }, CancellationToken.None);
        await site.RunAsync(probe, process);
        var result = await probe;
        Assert.Equal(ProbeOutcome.Works, result.Outcome);
        return result.Strays;
    }
}
