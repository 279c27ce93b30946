using ImageOperator.Api.ImageBuilds;
using ImageOperator.Runtime.Client;
using ImageOperator.Testing;
using ImageOperator.Testing.Servers;

namespace ImageOperator.Benchmarks.Operator;

/// <summary>How long builds are without a leader, and what a minute without an API server does to them.</summary>
internal sealed class Failover(ControlPlane plane, string program)
{
    private const int Builds = 50;
    private const int Rounds = 5;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    public async Task<FailoverFigures> MeasureAsync(TimeSpan outage)
    {
        await using var scene = await Scene.StartAsync(plane, program, $"failover-{Guid.NewGuid():N}"[..15], held: true).ConfigureAwait(false);
        var leader = await scene.LeaderAsync("a").ConfigureAwait(false);
        var standby = await scene.OperatorAsync("b").ConfigureAwait(false);
        await Scene.UntilAsync(() => standby.HasLogged("stands by")).ConfigureAwait(false);
        await InParallel.RunAsync(Builds, i => scene.Client.CreateBuildAsync($"b-{i}")).ConfigureAwait(false);
        await scene.PodsAsync(Builds).ConfigureAwait(false);

        List<double> killed = [], terminated = [];
        for (var round = 0; round < 2 * Rounds; round++)
        {
            var holder = await scene.Cluster.LeaseholderAsync().ConfigureAwait(false);
            var started = TimeProvider.System.GetTimestamp();
            var end = round % 2 == 0 ? leader.Process.KillAsync() : leader.Process.TerminateAsync();
            await end.ConfigureAwait(false);
            await Eventually.HoldsAsync(async () => await scene.Cluster.LeaseholderAsync().ConfigureAwait(false) is { Length: > 0 } now && now != holder, Patience).ConfigureAwait(false);
            (round % 2 == 0 ? killed : terminated).Add(TimeProvider.System.GetElapsedTime(started).TotalSeconds);
            leader.Restart();
            (leader, standby) = (standby, leader);
            // The second operator has stood by once before the first round.
            var names = round + 3;
            await Eventually.HoldsAsync(() => standby.Logged("stands by") >= names / 2, Patience).ConfigureAwait(false);
        }

        await plane.ApiServer.KillAsync().ConfigureAwait(false);
        scene.Release();
        await Task.Delay(outage, TimeProvider.System).ConfigureAwait(false);
        await plane.StartApiServerAsync().ConfigureAwait(false);
        var back = TimeProvider.System.GetTimestamp();
        IReadOnlyList<ImageBuild> last = [];
        await Eventually.HoldsAsync(
            async () => (last = await ListAsync(scene).ConfigureAwait(false)).Count(b => b.Status?.CompletionTime is not null) == Builds, Patience).ConfigureAwait(false);
        var ended = TimeProvider.System.GetElapsedTime(back).TotalSeconds;
        var well = last.All(b => b.Status!.Stage == "Succeeded" && b.Status.Targets!.All(t => t.Attempt == 1))
            && scene.Kubelet.Seen.Count == Builds && !scene.Kubelet.Doubled().Any() && !leader.Process.HasExited && !standby.Process.HasExited;
        return new(killed, terminated, outage.TotalSeconds, ended, well);
    }

    private static async Task<IReadOnlyList<ImageBuild>> ListAsync(Scene scene)
    {
        var found = new List<ImageBuild>();
        await foreach (var build in scene.Cluster.Client.ListAsync<ImageBuild>(new() { Namespace = scene.Name }, default).ConfigureAwait(false)) found.Add(build);
        return found;
    }
}
