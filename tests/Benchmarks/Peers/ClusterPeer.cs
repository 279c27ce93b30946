using ImageOperator.Benchmarks.Cluster;

namespace ImageOperator.Benchmarks.Peers;

/// <summary>An ImageBuild in the cluster: from just before its creation until a watch shows that it has ended.</summary>
internal sealed class ClusterPeer(BuildCluster cluster) : IPeer
{
    public const string PodCreated = "pod created";

    private int _runs;

    public string Name => "cluster";

    public async Task<Run> RunAsync(CancellationToken cancellationToken)
    {
        var name = $"run-{++_runs}";
        await using var pods = await cluster.WatchPodsAsync(cancellationToken).ConfigureAwait(false);
        await using var builds = await cluster.WatchBuildsAsync(cancellationToken).ConfigureAwait(false);
        var started = TimeProvider.System.GetUtcNow();
        await cluster.CreateBuildAsync(name, cancellationToken).ConfigureAwait(false);
        var pod = await pods.FirstAsync(seen => seen.IsPodOf(name), cancellationToken).ConfigureAwait(false);
        var ended = await builds.FirstAsync(seen => seen.IsEnded(name), cancellationToken).ConfigureAwait(false);
        var total = (ended.Time - started).TotalSeconds;
        var build = ended.AsBuild();
        if (build.Status?.Targets?[0] is not { Artifacts.Count: > 0 } status)
            throw new InvalidOperationException($"ImageBuild {name} did not succeed: {ended.Object}");

        var parts = new Dictionary<string, double> { [PodCreated] = (pod.Time - started).TotalSeconds };
        foreach (var (part, seconds) in Timeline.Of(status, started, total)) parts[part] = seconds;
        await cluster.DeleteBuildAsync(name, cancellationToken).ConfigureAwait(false);
        return new(total, parts);
    }
}
