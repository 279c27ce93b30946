using System.Collections.Concurrent;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Protocol;
using ImageOperator.Controller.Builds;
using ImageOperator.Runtime;
using ImageOperator.Runtime.Cache;
using ImageOperator.Runtime.Client;
using ImageOperator.Runtime.Controllers;
using k8s.Models;

namespace ImageOperator.Controller.Logs;

/// <summary>
/// Keeps the logs of builder pods: of one that has ended, and of one that is being deleted as long as it still says something. It looks at pods
/// and nothing else, so it finds after a restart what ended meanwhile, and never stands in the way of a build.
/// </summary>
internal sealed class LogReconciler(IStore<V1Pod> pods, IStore<ImageBuild> builds, LogKeeper keeper, TimeProvider time, ILogger<LogReconciler> logger) : IReconciler, IDisposable
{
    /// <summary>After that a node that does not give the log is taken for lost.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromHours(1);

    /// <summary>Deleted pods take their time to end: they are read beside the workers, a few at once.</summary>
    private readonly SemaphoreSlim followers = new(16, 16);
    private readonly ConcurrentDictionary<string, ObjectKey> following = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<ObjectKey, string> known = new();
    private readonly CancellationTokenSource stop = new();

    public async Task<ReconcileResult> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (pods.Get(key) is not { } found)
        {
            if (known.TryRemove(key, out var gone)) keeper.Forget(gone);
            return ReconcileResult.Done;
        }

        var pod = PodReader.Read(found);
        if (pod.Sweeper || pod.StartedAt is null || keeper.IsDone(pod.Uid) || following.ContainsKey(pod.Uid) || BuildOf(found) is not { } build) return ReconcileResult.Done;
        if (pod.Life == PodLife.Ended && pod.EndedAt + Patience > time.GetUtcNow())
        {
            known[key] = pod.Uid;
            await keeper.KeepAsync(build, pod, key, cancellationToken).ConfigureAwait(false);
        }
        else if (pod is { Life: PodLife.Running, IsTerminating: true } && following.TryAdd(pod.Uid, key))
        {
            known[key] = pod.Uid;
            _ = FollowAsync(build, pod, key);
        }

        return ReconcileResult.Done;
    }

    public void Dispose()
    {
        stop.Cancel();
        stop.Dispose();
        followers.Dispose();
    }

    private async Task FollowAsync(ImageBuild build, PodObservation pod, ObjectKey key)
    {
        try
        {
            await followers.WaitAsync(stop.Token).ConfigureAwait(false);
            try
            {
                await keeper.KeepAsync(build, pod, key, stop.Token).ConfigureAwait(false);
            }
            finally
            {
                followers.Release();
            }
        }
        catch (ApiException e)
        {
            Log.LogLost(logger, key, e.Message);
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            // The operator stops; if the pod outlives that, the next leader reads it.
        }
        finally
        {
            following.TryRemove(pod.Uid, out _);
        }
    }

    /// <summary>Null when nobody will ask for the log: the build is going, or gone.</summary>
    private ImageBuild? BuildOf(V1Pod pod)
    {
        var name = pod.Metadata.Labels?.TryGetValue(Labels.Build, out var label) == true ? label : "";
        var build = builds.Get(new(pod.Metadata.NamespaceProperty, name));
        return build is { Metadata.DeletionTimestamp: null } && pod.IsControlledBy(build.Metadata.Uid) ? build : null;
    }
}
