using System.Text.Json;
using System.Text.Json.Nodes;
using ImageOperator.Api.Conditions;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Protocol;
using ImageOperator.Controller.Access;
using ImageOperator.Controller.Manifests;
using ImageOperator.Controller.Metrics;
using ImageOperator.Controller.Pods;
using ImageOperator.Controller.Queue;
using ImageOperator.Controller.Tracing;
using ImageOperator.Runtime;
using ImageOperator.Runtime.Client;
using ImageOperator.Runtime.Controllers;
using ImageOperator.Runtime.Events;
using k8s.Models;

namespace ImageOperator.Controller.Builds;

/// <summary>Does what was decided: guards, then status (once), then pods, then the rest.</summary>
internal sealed class BuildActor(IClient client, BuilderAccess access, PodCreator pods, IEventRecorder events, ProgressPace pace, BuildMetrics metrics, BuildRecord record, UsageLedger usage, ManifestWriter manifests, ILogger<BuildActor> logger)
{
    /// <returns>False when a pod was refused.</returns>
    public async Task<bool> ActAsync(BuildObservation observed, Decision decision, BuildMemory memory, CancellationToken cancellationToken)
    {
        var manifest = await WriteManifestAsync(observed.Build, decision, cancellationToken).ConfigureAwait(false);
        // Side by side: the finalizer and the attempt must stand before the pod, and its service account must exist.
        var guard = decision.Actions.OfType<BuildAction.EnsureAccess>().Any() ? access.EnsureAsync(observed.Build, (decision.Status ?? observed.Build.Status)?.Platforms ?? [], cancellationToken) : Task.CompletedTask;
        var writing = WriteAsync(observed, decision, memory, cancellationToken);
        await Task.WhenAll(guard, writing).ConfigureAwait(false);
        var build = await writing.ConfigureAwait(false);

        if (manifest is not null) Report(build, manifest, memory);
        var created = await Task.WhenAll(decision.Actions.Select(a => CreateAsync(build, a, memory, cancellationToken))).ConfigureAwait(false);
        foreach (var report in Together(decision.Actions.OfType<BuildAction.Report>(), memory)) Report(build, report, memory);
        foreach (var action in decision.Actions) await DoAsync(build, action, cancellationToken).ConfigureAwait(false);
        return created.All(ok => ok);
    }

    /// <returns>What is to be said if it could not be written.</returns>
    private async Task<BuildAction.Report?> WriteManifestAsync(ImageBuild build, Decision decision, CancellationToken cancellationToken)
    {
        if (decision.Actions.OfType<BuildAction.WriteManifest>().FirstOrDefault() is not { } asked || decision.Status is not { } status) return null;
        var problem = await manifests.EnsureAsync(build, status, asked.ConfigMap, cancellationToken).ConfigureAwait(false);
        return problem is null ? null : new(EventSeverity.Warning, Reasons.ManifestNotWritten, "WriteManifest", problem);
    }

    private async Task<ImageBuild> WriteAsync(BuildObservation observed, Decision decision, BuildMemory memory, CancellationToken cancellationToken)
    {
        var build = observed.Build;
        if (decision.Actions.OfType<BuildAction.EnsureFinalizer>().Any())
        {
            build = await client.EnsureFinalizerAsync(build, Labels.CleanupFinalizer, cancellationToken).ConfigureAwait(false);
        }

        if (decision.Status is null || StatusCoverage.IsCovered(decision.Status, build.Status)) return build;
        var configuration = new JsonObject
        {
            // What was decided holds for this version only: an older view must not take an attempt back.
            ["metadata"] = new JsonObject { ["uid"] = build.Metadata.Uid, ["resourceVersion"] = build.Metadata.ResourceVersion },
            ["status"] = JsonSerializer.SerializeToNode(decision.Status, RuntimeJson.Options),
        };
        var options = new ApplyOptions(FieldManagers.Operator) { Force = true, Subresource = Subresources.Status };
        var written = await client.ApplyAsync<ImageBuild>(ObjectKey.Of(build), configuration, options, cancellationToken).ConfigureAwait(false);
        pace.Written(memory);
        record.Ended(observed, written);
        BuildSpans.Ended(observed, written);
        return written;
    }

    private async Task<bool> CreateAsync(ImageBuild build, BuildAction action, BuildMemory memory, CancellationToken cancellationToken)
    {
        var (name, number, sweeper) = action switch
        {
            BuildAction.CreateBuilder b => (b.Target, b.Attempt, false),
            BuildAction.CreateSweeper s => (s.Target, s.Number, true),
            _ => ("", 0, false),
        };
        if (number == 0 || build.Status?.Template?.Targets.FirstOrDefault(t => t.Name == name) is not { } target) return true;
        var plan = new PodPlan(build, target, number, sweeper);
        if (!await pods.CreateAsync(plan, memory, cancellationToken).ConfigureAwait(false)) return false;
        if (!sweeper) Report(build, new(EventSeverity.Normal, Reasons.PodCreated, "CreatePod", $"{name}: builder pod {plan.Name} is created, attempt {number}."), memory);
        return true;
    }

    private async Task DoAsync(ImageBuild build, BuildAction action, CancellationToken cancellationToken)
    {
        switch (action)
        {
            case BuildAction.DeletePod pod:
                Log.PodDeleted(logger, pod.Name, pod.Force);
                await DeletePodAsync(new(build.Metadata.NamespaceProperty, pod.Name), pod, cancellationToken).ConfigureAwait(false);
                break;
            case BuildAction.RemoveAccess:
                await access.RemoveAsync(build, cancellationToken).ConfigureAwait(false);
                break;
            case BuildAction.RemoveFinalizer:
                await usage.SettleAsync(build, cancellationToken).ConfigureAwait(false);
                await client.RemoveFinalizerAsync(build, Labels.CleanupFinalizer, cancellationToken).ConfigureAwait(false);
                break;
            case BuildAction.DeleteBuild:
                Log.TimeToLiveOver(logger, ObjectKey.Of(build));
                await client.DeleteIfExistsAsync<ImageBuild>(
                    ObjectKey.Of(build), new() { Uid = build.Metadata.Uid, Propagation = PropagationPolicy.Background }, cancellationToken).ConfigureAwait(false);
                break;
        }
    }

    private async Task DeletePodAsync(ObjectKey key, BuildAction.DeletePod pod, CancellationToken cancellationToken)
    {
        try
        {
            var options = new DeleteOptions { Uid = pod.Uid, GracePeriod = pod.Force ? TimeSpan.Zero : null };
            await client.DeleteIfExistsAsync<V1Pod>(key, options, cancellationToken).ConfigureAwait(false);
        }
        catch (ApiException e) when (e.Error == ApiError.Conflict)
        {
            // Another pod has the name by now: ours is gone.
        }
    }

    /// <summary>Stages that were reached since the last look are one event.</summary>
    private static IEnumerable<BuildAction.Report> Together(IEnumerable<BuildAction.Report> reports, BuildMemory memory)
    {
        var stages = new List<BuildAction.Report>();
        foreach (var report in reports)
        {
            if (report.Reason != Reasons.StageReached) yield return report;
            else if (memory.Say($"{report.Reason} {report.Note}")) stages.Add(report);
        }

        if (stages.Count > 0) yield return stages[0] with { Note = string.Join("; ", stages.Select(s => s.Note)), Unsaid = true };
    }

    private void Report(ImageBuild build, BuildAction.Report report, BuildMemory memory)
    {
        if (!report.Unsaid && !memory.Say($"{report.Severity} {report.Reason} {report.Note}")) return;
        if (report.Reason == Reasons.PodLost) metrics.PodsLost.Add(1, metrics.Tags(build.Metadata.NamespaceProperty));
        Log.Reported(logger, ObjectKey.Of(build), report.Reason, report.Note);
        events.Record(build, report.Severity, report.Reason, report.Verb, report.Note);
    }
}
