using System.Diagnostics;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Tracing;
using ImageOperator.Controller.Builds;
using ImageOperator.Runtime.Conditions;
using k8s.Models;
using Types = ImageOperator.Api.Conditions.ConditionTypes;

namespace ImageOperator.Controller.Tracing;

/// <summary>
/// The spans that only the operator can know: the build, its targets, the start of its pods, and attempts whose builder was killed. They are made
/// when the end is written, with the times that stand in status and pods, and with the IDs that the builders have long used as parents.
/// </summary>
internal static class BuildSpans
{
    private const int KilledBySignal = 128;

    /// <param name="observed">As the build was: not ended.</param>
    /// <param name="written">What the server returned for the end.</param>
    public static void Ended(BuildObservation observed, ImageBuild written)
    {
        if (observed.IsFinished || written.Status?.Conditions?.Find(Types.Succeeded) is not { Status: "True" or "False" } end) return;
        if (TraceParent.Parse(written.Status.Traceparent) is not { Sampled: true } trace) return;
        var current = Activity.Current;
        try
        {
            Export(trace, observed, written, end);
        }
        finally
        {
            Activity.Current = current;
        }
    }

    private static void Export(TraceParent trace, BuildObservation observed, ImageBuild written, V1Condition end)
    {
        var outer = BuildTrace.Outer(written);
        var uid = written.Metadata.Uid;
        var start = written.Status!.StartTime ?? observed.Now;
        using (var build = FixedSpan.Start(ControllerActivity.Source, "build", trace.ContextOf(outer?.TraceId == trace.TraceId ? outer.SpanId : default), trace.SpanId, start))
        {
            if (build is null) return;
            build.SetTag("imageoperator.build.name", written.Metadata.Name).SetTag("imageoperator.build.uid", uid)
                .SetTag("k8s.namespace.name", written.Metadata.NamespaceProperty).SetTag("imageoperator.outcome", written.Status.Stage);
            Close(build, written.Status.CompletionTime ?? observed.Now, end.Status == "False", end.Reason, end.Message);
        }

        foreach (var target in written.Status.Targets ?? [])
        {
            Target(trace, uid, target, start, written.Status.CompletionTime ?? observed.Now);
            foreach (var pod in observed.Builders(target.Name)) Pod(trace, uid, target.Name, pod);
        }
    }

    private static void Target(TraceParent trace, string uid, TargetStatus target, DateTimeOffset start, DateTimeOffset end)
    {
        using var span = FixedSpan.Start(ControllerActivity.Source, $"target {target.Name}", trace.Context, SpanIds.Target(uid, target.Name), start);
        if (span is null) return;
        span.SetTag("imageoperator.target", target.Name).SetTag("imageoperator.attempts", target.Attempt).SetTag("imageoperator.outcome", target.Phase.ToString())
            .SetTag("imageoperator.waiting", target.Timing?.Waiting?.Value.TotalSeconds).SetTag("imageoperator.own", target.Timing?.Own?.Value.TotalSeconds);
        Close(span, target.CompletionTime ?? end, target.Failure is not null, target.Failure?.Reason, target.Failure?.Message);
    }

    private static void Pod(TraceParent trace, string uid, string target, PodObservation pod)
    {
        var parent = trace.ContextOf(SpanIds.Target(uid, target));
        using (var wait = ControllerActivity.Source.StartActivity("wait pod start", ActivityKind.Internal, parent, startTime: pod.CreatedAt))
        {
            wait?.SetTag("k8s.pod.name", pod.Name).SetTag("imageoperator.wait", true).SetTag("imageoperator.attempt", pod.Attempt);
            if (wait is not null) Close(wait, pod.StartedAt ?? pod.EndedAt ?? pod.CreatedAt, pod.StartedAt is null, "PodNotStarted", pod.Detail);
        }

        // A builder that ends by itself exports its span itself.
        if (pod.StartedAt is null || pod.ExitCode is < KilledBySignal) return;
        using var attempt = FixedSpan.Start(ControllerActivity.Source, "attempt", parent, SpanIds.Attempt(uid, target, pod.Attempt), pod.StartedAt.Value);
        attempt?.SetTag("imageoperator.target", target).SetTag("imageoperator.attempt", pod.Attempt).SetTag("k8s.pod.name", pod.Name);
        if (attempt is not null) Close(attempt, pod.EndedAt ?? pod.StartedAt.Value, failed: true, "PodLost", pod.Detail);
    }

    private static void Close(Activity span, DateTimeOffset end, bool failed, string? reason, string? message)
    {
        if (failed) span.SetStatus(ActivityStatusCode.Error, message).SetTag("error.type", reason);
        span.SetEndTime((end < span.StartTimeUtc ? span.StartTimeUtc : end).UtcDateTime);
    }
}
