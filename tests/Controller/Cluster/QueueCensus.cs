using ImageOperator.Api.ImageBuilds;
using ImageOperator.Controller.Builds;

namespace ImageOperator.Controller.Tests.Cluster;

/// <summary>Follows every state of the namespace's builds, in the order in which the server had them, and counts who has a place.</summary>
internal sealed class QueueCensus : IAsyncDisposable
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, ImageBuild> builds = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly Task running;
    private int mostAtOnce;
    private int placesTold;

    public QueueCensus(TestCluster cluster) => running = RunAsync(cluster);

    public int MostAtOnce
    {
        get
        {
            lock (gate) return mostAtOnce;
        }
    }

    /// <summary>Writes that changed a place in the queue.</summary>
    public int PlacesTold
    {
        get
        {
            lock (gate) return placesTold;
        }
    }

    public int Ended
    {
        get
        {
            lock (gate) return builds.Values.Count(b => b.Status?.CompletionTime is not null);
        }
    }

    public IReadOnlyList<ImageBuild> Last
    {
        get
        {
            lock (gate) return [.. builds.Values];
        }
    }

    public Task UntilEndedAsync(int count) => TestCluster.UntilAsync(() => Task.FromResult(Ended >= count), () => $"{count} ended builds");

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stop.Dispose();
    }

    private async Task RunAsync(TestCluster cluster)
    {
        await foreach (var change in cluster.Client.WatchAsync<ImageBuild>(new() { Namespace = cluster.Namespace }, stop.Token))
        {
            if (change.Object is not { } build) continue;
            lock (gate)
            {
                if (build.Status?.Queue?.Position is { } place && builds.GetValueOrDefault(build.Metadata.Uid)?.Status?.Queue?.Position != place) placesTold++;
                builds[build.Metadata.Uid] = build;
                mostAtOnce = Math.Max(mostAtOnce, builds.Values.Count(HasPlace));
            }
        }
    }

    private static bool HasPlace(ImageBuild build) =>
        build.Status?.Targets?.Any(t => t.Attempt is not null && !TargetView.IsTerminalPhase(t.Phase)) == true;
}
