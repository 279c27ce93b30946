using ImageOperator.Testing;

namespace ImageOperator.HighAvailability.Tests;

/// <summary>The leader goes while builds run: the other goes on, nothing is lost, nothing is doubled.</summary>
[Collection(PlaneCollection.Name)]
[Trait("Category", "Cluster")]
public sealed class FailoverTests(Plane plane)
{
    [Fact]
    public async Task LeaderKilled_WhileFiftyBuildsRun_TheOtherEndsThem()
    {
        await using var site = await Site.StartAsync(plane);
        var (leader, standby) = await site.PairAsync();
        await site.ApplyAsync(50);
        await site.RunningAsync(50);

        await leader.Process.KillAsync();
        site.Release();
        await site.ApplyAsync(10, "meanwhile");

        await Site.LeadsAsync(standby);
        await site.AllEndWellAsync(60);
    }

    [Fact]
    public async Task LeaderKilled_WhileItTakesBuildsUp_NoPodIsMadeTwice()
    {
        await using var site = await Site.StartAsync(plane);
        var (leader, standby) = await site.PairAsync();
        await site.ApplyAsync(50);
        await Eventually.HoldsAsync(() => site.Kubelet.Seen.Count >= 5, Site.Patience);

        await leader.Process.KillAsync();

        await Site.LeadsAsync(standby);
        await site.RunningAsync(50);
        site.Release();
        await site.AllEndWellAsync(50);
    }

    [Fact]
    public async Task LeaderTerminated_WithALongQueue_HandsOverAtOnce()
    {
        await using var site = await Site.StartAsync(plane, held: false);
        var (leader, standby) = await site.PairAsync();
        await site.ApplyAsync(50);
        await Eventually.HoldsAsync(() => site.Kubelet.Seen.Count >= 5, Site.Patience);

        await leader.Process.TerminateAsync();

        Assert.Equal(0, leader.Process.ExitCode);
        Assert.True(leader.HasLogged("gave the lease"));
        await Site.LeadsAsync(standby);
        await site.AllEndWellAsync(50);
    }

    [Fact]
    public async Task LeaderFrozen_AndBack_StandsByForTheOther()
    {
        await using var site = await Site.StartAsync(plane);
        var (leader, standby) = await site.PairAsync();
        await site.ApplyAsync(20);
        await Eventually.HoldsAsync(() => site.Kubelet.Seen.Count >= 3, Site.Patience);

        leader.Process.Freeze();
        await Site.LeadsAsync(standby);
        leader.Process.Thaw();

        await Eventually.HoldsAsync(() => leader.HasLogged("The controllers are stopped"), Site.Patience);
        Assert.False(leader.Process.HasExited);
        await site.RunningAsync(20);
        site.Release();
        await site.AllEndWellAsync(20);
    }

    [Fact]
    public async Task TwoLeadersAtOnce_NothingIsDoubled()
    {
        await using var site = await Site.StartAsync(plane, held: false);
        await Task.WhenAll(site.OperatorAsync("a", elected: false), site.OperatorAsync("b", elected: false));

        await site.ApplyAsync(50);

        await site.AllEndWellAsync(50);
    }
}
