using System.Collections.Concurrent;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Api.Platforms;
using ImageOperator.Runtime;
using ImageOperator.Runtime.Client;
using k8s;
using k8s.Models;

namespace ImageOperator.Testing.Status;

/// <summary>Watches everything of ours in a namespace, and what has none, and notes each state that is against the contract.</summary>
internal sealed class ContractWatch : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly IClient client;
    private readonly CancellationTokenSource stop = new();
    private readonly ConcurrentQueue<string> violations = [];
    private readonly Task running;
    private int states;

    public ContractWatch(IClient client, string @namespace)
    {
        this.client = client;
        running = Task.WhenAll(
            WatchAsync<ImageTemplate>(@namespace), WatchAsync<ImageBuild>(@namespace), WatchAsync<ImagePlatform>(@namespace),
            WatchAsync<ClusterImageTemplate>(""), WatchAsync<ClusterImagePlatform>(""));
    }

    /// <summary>What was against the contract so far.</summary>
    public IReadOnlyList<string> Violations => [.. violations.Distinct()];

    /// <summary>How many states were checked so far.</summary>
    public int States => states;

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync().ConfigureAwait(false);
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stop.Dispose();
    }

    private async Task WatchAsync<T>(string @namespace)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        var before = new Dictionary<ObjectKey, T>();
        string? version = null;
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await foreach (var change in client.WatchAsync<T>(new() { Namespace = @namespace, ResourceVersion = version }, stop.Token).ConfigureAwait(false))
                {
                    version = change.ResourceVersion;
                    if (change.Object is not { } now) continue;
                    var key = ObjectKey.Of(now);
                    foreach (var violation in ConditionContract.Violations(before.GetValueOrDefault(key), now)) violations.Enqueue($"{violation} (version {now.Metadata.ResourceVersion})");
                    Interlocked.Increment(ref states);
                    before[key] = now;
                }
            }
            catch (ApiException e)
            {
                // A server that is away, or a version too old: what is missed is missed. A kind that is not installed: nothing to watch.
                if (e.Error == ApiError.NotFound) return;
                version = null;
                await Task.Delay(Pause, TimeProvider.System, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }
}
