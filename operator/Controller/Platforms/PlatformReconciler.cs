using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Platforms;
using ImageOperator.Api.Validation;
using ImageOperator.Controller.Builds;
using ImageOperator.Controller.Metrics;
using ImageOperator.Runtime;
using ImageOperator.Runtime.Cache;
using ImageOperator.Runtime.Client;
using ImageOperator.Runtime.Controllers;
using ImageOperator.Runtime.Events;
using k8s.Models;

namespace ImageOperator.Controller.Platforms;

/// <summary>Says whether a platform can be used: gather, decide, act. The probe itself is a pod's; the operator has no credentials.</summary>
internal abstract class PlatformReconciler<T>(
    IClient client, ProbePods pods, ProbePolicy policy, IStore<T> platforms, IStore<ImageBuild> builds, IStatusWriter statuses, IEventRecorder events, StrayMetrics metrics, TimeProvider time) : IReconciler
    where T : class, IPlatformObject
{
    public async Task<ReconcileResult> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (platforms.Get(key) is not { } platform || platform.Metadata.DeletionTimestamp is not null) return ReconcileResult.Done;
        var (pod, found) = await FindAsync(platform, cancellationToken).ConfigureAwait(false);
        var seen = new ProbeObservation
        {
            Platform = platform,
            Now = time.GetUtcNow(),
            Policy = policy,
            Pod = found is null ? null : ProbePods.Read(found, platform),
            Errors = [.. PlatformValidator.Validate(platform).Select(e => e.ToString())],
        };
        var decision = ProbeDecision.Decide(seen);
        await WriteAsync(platform, decision, cancellationToken).ConfigureAwait(false);
        if (decision.Create && await CreateAsync(platform, pod.Name, seen.Requested, cancellationToken).ConfigureAwait(false) is { } refusal)
        {
            decision = ProbeDecision.Decide(seen with { Refusal = refusal });
            await WriteAsync(platform, decision, cancellationToken).ConfigureAwait(false);
        }

        if (decision.Delete && seen.Pod?.Result?.Strays is { } strays) metrics.Count(platform.Settings, strays);
        if (decision.Delete) await DeleteAsync(pod, seen.Pod!.Uid, cancellationToken).ConfigureAwait(false);
        return decision.WakeAfter is { } after ? ReconcileResult.Waiting(after) : ReconcileResult.Stalled(decision.Verdict?.Reason ?? "");
    }

    /// <summary>The probe pod, if there is one, and the name that it has or may have.</summary>
    private async Task<(ObjectKey Key, V1Pod? Pod)> FindAsync(T platform, CancellationToken cancellationToken)
    {
        var (name, other) = (new ObjectKey(pods.Namespace(platform), ProbePods.Name(platform)), new ObjectKey(pods.Namespace(platform), ProbePods.OtherName(platform)));
        var found = await client.FindAsync<V1Pod>(name, cancellationToken).ConfigureAwait(false);
        if (found is not null && ProbePods.IsProbeOf(found, platform)) return (name, found);
        var second = await client.FindAsync<V1Pod>(other, cancellationToken).ConfigureAwait(false);
        if (second is not null && ProbePods.IsProbeOf(second, platform)) return (other, second);
        return (found is null ? name : other, null);
    }

    private async Task WriteAsync(T platform, ProbeDecision decision, CancellationToken cancellationToken)
    {
        if (decision.Verdict is not { } verdict) return;
        // Read anew: the second verdict of a reconcile stands on the first.
        var current = await client.FindAsync<T>(ObjectKey.Of(platform), cancellationToken).ConfigureAwait(false);
        if (current is null || current.Metadata.Uid != platform.Metadata.Uid || current.Metadata.Generation != platform.Metadata.Generation) return;
        await statuses.ApplyAsync(current, verdict.Status, cancellationToken).ConfigureAwait(false);
        if (verdict.IsNews) events.Record(platform, verdict.Good ? EventSeverity.Normal : EventSeverity.Warning, verdict.Reason, "Probe", verdict.Message);
    }

    /// <returns>Why the server refused the pod; null when it is there.</returns>
    private async Task<string?> CreateAsync(T platform, string name, string? requested, CancellationToken cancellationToken)
    {
        var pod = pods.Create(platform, requested, Unfinished(platform));
        pod.Metadata.Name = name;
        if (string.IsNullOrEmpty(pod.Metadata.NamespaceProperty)) return "no namespace for it: set spec.probeNamespace, or the operator's Probe:Namespace";
        try
        {
            await client.CreateAsync(pod, cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (ApiException e) when (e.Error == ApiError.AlreadyExists)
        {
            return null;
        }
        catch (ApiException e) when (e.Error is ApiError.Forbidden or ApiError.Invalid or ApiError.NotFound)
        {
            return e.Message;
        }
    }

    /// <returns>Null while they are not known: then no one looks for strays.</returns>
    private IReadOnlyList<string>? Unfinished(T platform) =>
        builds.HasSynced ? [.. builds.ByIndex(BuildIndexes.Active, platform.Metadata.NamespaceProperty is { Length: > 0 } own ? own : BuildIndexes.AnyNamespace).Where(b => b.Status?.CompletionTime is null).Select(b => b.Metadata.Uid)] : null;

    private async Task DeleteAsync(ObjectKey pod, string uid, CancellationToken cancellationToken)
    {
        try
        {
            await client.DeleteIfExistsAsync<V1Pod>(pod, new() { Uid = uid }, cancellationToken).ConfigureAwait(false);
        }
        catch (ApiException e) when (e.Error == ApiError.Conflict)
        {
            // Another pod has the name by now: ours is gone.
        }
    }
}

/// <summary>For the platforms of a namespace.</summary>
internal sealed class ImagePlatformReconciler(
    IClient client, ProbePods pods, ProbePolicy policy, IStore<ImagePlatform> platforms, IStore<ImageBuild> builds, IStatusWriter statuses, IEventRecorder events, StrayMetrics metrics, TimeProvider time)
    : PlatformReconciler<ImagePlatform>(client, pods, policy, platforms, builds, statuses, events, metrics, time);

/// <summary>For the platforms of the cluster.</summary>
internal sealed class ClusterImagePlatformReconciler(
    IClient client, ProbePods pods, ProbePolicy policy, IStore<ClusterImagePlatform> platforms, IStore<ImageBuild> builds, IStatusWriter statuses, IEventRecorder events, StrayMetrics metrics, TimeProvider time)
    : PlatformReconciler<ClusterImagePlatform>(client, pods, policy, platforms, builds, statuses, events, metrics, time);
