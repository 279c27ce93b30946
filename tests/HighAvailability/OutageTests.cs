using ImageOperator.Testing;

namespace ImageOperator.HighAvailability.Tests;

/// <summary>What the operator lives on goes: it waits, and goes on.</summary>
[Collection(PlaneCollection.Name)]
[Trait("Category", "Cluster")]
public sealed class OutageTests(Plane plane)
{
    private const string FakeTime = "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1";

    // Longer than the lease, shorter than a test's patience.
    private static readonly TimeSpan Outage = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan Minute = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task ApiServerAwayForAMinute_WhileBuildsRun_EverythingGoesOn()
    {
        await using var site = await Site.StartAsync(plane);
        var (leader, standby) = await site.PairAsync();
        await site.ApplyAsync(30);
        await site.RunningAsync(30);

        await site.Server.ApiServer.KillAsync();
        site.Release();
        var minute = Task.Delay(Minute, TimeProvider.System, TestContext.Current.CancellationToken);
        await Eventually.HoldsAsync(() => leader.HasLogged("The controllers are stopped"), Site.Patience);
        await minute;
        await site.Server.StartApiServerAsync();
        await site.ApplyAsync(10, "after");

        await site.AllEndWellAsync(40);
        Assert.False(leader.Process.HasExited || standby.Process.HasExited);
    }

    [Fact]
    public async Task ApiServerKilled_WhileBuildsAreTakenUp_EverythingGoesOn()
    {
        await using var site = await Site.StartAsync(plane, held: false);
        await site.PairAsync();
        await site.ApplyAsync(50);
        await Eventually.HoldsAsync(() => site.Kubelet.Seen.Count >= 5, Site.Patience);

        await site.Server.ApiServer.KillAsync();
        await site.Server.StartApiServerAsync();

        await site.AllEndWellAsync(50);
    }

    [Fact]
    public async Task ApiServerFrozen_WhileBuildsRun_EverythingGoesOn()
    {
        await using var site = await Site.StartAsync(plane);
        var (leader, standby) = await site.PairAsync();
        await site.ApplyAsync(20);
        await site.RunningAsync(20);

        site.Server.ApiServer.Freeze();
        site.Release();
        await Task.Delay(Outage, TimeProvider.System, TestContext.Current.CancellationToken);
        site.Server.ApiServer.Thaw();

        await site.AllEndWellAsync(20);
        Assert.False(leader.Process.HasExited || standby.Process.HasExited);
    }

    [Fact]
    public async Task HistoryCompacted_WhileWatchesWereCut_ListsAgainAndMissesNothing()
    {
        await using var site = await Site.StartAsync(plane);
        var only = await site.OperatorAsync("a");
        await site.ApplyAsync(20);
        await site.RunningAsync(20);

        only.Process.Freeze();
        site.Release();
        await Eventually.HoldsAsync(() => site.Kubelet.Ended == 20, Site.Patience);
        await site.ApplyAsync(5, "unseen");
        await site.Server.CompactAsync();
        await site.Server.ApiServer.KillAsync();
        await site.Server.StartApiServerAsync();
        await site.Server.CompactAsync();
        only.Process.Thaw();

        await site.AllEndWellAsync(25);
        Assert.True(only.HasLogged("listing again"));
    }

    [Fact]
    public async Task WallClockJumps_ForthAndBack_NoBuildTimesOut()
    {
        Assert.SkipUnless(File.Exists(FakeTime), $"needs {FakeTime} (Debian: libfaketime)");
        await using var site = await Site.StartAsync(plane);
        var clock = Path.Combine(site.Server.Folder, "clock");
        await File.WriteAllTextAsync(clock, "+0");
        var only = await site.OperatorAsync("a", variables: new Dictionary<string, string>
        {
            ["LD_PRELOAD"] = FakeTime,
            ["FAKETIME_TIMESTAMP_FILE"] = clock,
            ["FAKETIME_NO_CACHE"] = "1",
            ["DONT_FAKE_MONOTONIC"] = "1",
        });
        await Site.LeadsAsync(only);
        await site.ApplyAsync(10);
        await site.RunningAsync(10);

        // The template's timeout is half an hour.
        await File.WriteAllTextAsync(clock, "+1h");
        await site.ApplyAsync(5, "later");
        await site.RunningAsync(15);
        Assert.True(only.HasLogged(TimeProvider.System.GetUtcNow().AddHours(1).ToString("yyyy-MM-dd'T'HH:", System.Globalization.CultureInfo.InvariantCulture)), "the operator's clock did not jump");
        await File.WriteAllTextAsync(clock, "+0");
        await site.ApplyAsync(5, "back");
        await site.RunningAsync(20);
        site.Release();

        await site.AllEndWellAsync(20);
        Assert.Equal(1, only.Logged(" leads\""));
        Assert.False(only.HasLogged("stand"));
    }
}
