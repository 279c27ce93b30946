namespace ImageOperator.Benchmarks.Cluster;

/// <summary>How soon after a build's creation there is its pod. Builds are applied one by one, and deleted as soon as the pod is seen.</summary>
internal sealed class PodLatency(BuildCluster cluster)
{
    public async Task<IReadOnlyList<double>> MeasureAsync(int builds, CancellationToken cancellationToken)
    {
        var seconds = new List<double>();
        for (var i = 1; i <= builds; i++)
        {
            var name = $"pod-{i}";
            await using var pods = await cluster.WatchPodsAsync(cancellationToken).ConfigureAwait(false);
            var started = TimeProvider.System.GetUtcNow();
            await cluster.CreateBuildAsync(name, cancellationToken).ConfigureAwait(false);
            var pod = await pods.FirstAsync(seen => seen.IsPodOf(name), cancellationToken).ConfigureAwait(false);
            seconds.Add((pod.Time - started).TotalSeconds);
            await cluster.DeleteBuildAsync(name, cancellationToken).ConfigureAwait(false);
        }

        return seconds;
    }
}
