using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Controller.Builds;
using ImageOperator.Runtime.Conditions;
using Types = ImageOperator.Api.Conditions.ConditionTypes;

namespace ImageOperator.Controller.Metrics;

/// <summary>
/// Measures a build when its end is written: its pods are gone sooner than anyone could scrape them, but its status has all their times.
/// A crash between the write and this loses one build's figures; none is counted twice.
/// </summary>
internal sealed class BuildRecord(BuildMetrics metrics)
{
    /// <param name="observed">As the build was: not ended.</param>
    /// <param name="written">What the server returned for the end.</param>
    public void Ended(BuildObservation observed, ImageBuild written)
    {
        if (observed.IsFinished || written.Status is not { } status || status.Conditions?.Find(Types.Succeeded) is not { Status: "True" or "False" } end) return;
        var ns = written.Metadata.NamespaceProperty;
        var outcome = status.Stage ?? "";
        metrics.Builds.Add(1, metrics.Tags(ns, new("outcome", outcome), new("reason", end.Reason)));
        if (status is { StartTime: { } start, CompletionTime: { } completion })
        {
            metrics.BuildDuration.Record(Math.Max(0, (completion - start).TotalSeconds), metrics.Tags(ns, new KeyValuePair<string, object?>("outcome", outcome)));
        }

        foreach (var target in status.Targets ?? []) Target(ns, target, PlatformOf(status.Template, target.Name));
        foreach (var pod in observed.Pods.Where(p => !p.Sweeper && p.StartedAt is not null))
        {
            metrics.PodStartDuration.Record((pod.StartedAt!.Value - pod.CreatedAt).TotalSeconds, metrics.Tags(ns));
        }
    }

    private void Target(string ns, TargetStatus target, string platform)
    {
        metrics.Targets.Add(
            1, metrics.Tags(ns, new("platform", platform), new("outcome", target.Phase.ToString()), new("reason", target.Failure?.Reason ?? target.Phase.ToString())));
        foreach (var stage in (target.Stages ?? []).Where(s => s.Duration is not null))
        {
            metrics.StageDuration.Record(stage.Duration!.Value.Value.TotalSeconds, metrics.Tags(ns, new("platform", platform), new("stage", stage.Name.ToString())));
        }

        Timing(ns, target, new("platform", platform));
        foreach (var step in (target.Steps ?? []).Where(s => s.Duration is not null))
        {
            metrics.StepDuration.Record(step.Duration!.Value.Value.TotalSeconds, metrics.Tags(ns, new("kind", step.Kind), new("outcome", step.State.ToString())));
        }

        foreach (var test in (target.Tests ?? []).Where(t => t.Duration is not null))
        {
            metrics.StepDuration.Record(test.Duration!.Value.Value.TotalSeconds, metrics.Tags(ns, new("kind", "test"), new("outcome", test.State.ToString())));
        }
    }

    private void Timing(string ns, TargetStatus target, KeyValuePair<string, object?> platform)
    {
        if (target.Timing is not { } timing) return;
        var tags = metrics.Tags(ns, platform);
        metrics.Waiting.Add(timing.Waiting?.Value.TotalSeconds ?? 0, tags);
        metrics.Own.Add(timing.Own?.Value.TotalSeconds ?? 0, tags);
        metrics.PlatformCalls.Add(timing.PlatformCalls ?? 0, tags);
        metrics.PlatformThrottles.Add(timing.Throttles ?? 0, tags);
        metrics.SourceBytes.Add(timing.DownloadedBytes ?? 0, tags);
        if (target.Source is not null) metrics.Sources.Add(1, metrics.Tags(ns, platform, new("origin", timing.DownloadedBytes is null ? "cached" : "downloaded")));
    }

    private static string PlatformOf(ImageTemplateSpec? template, string target) =>
        template?.Targets.FirstOrDefault(t => t.Name == target) is { } found ? PlatformNames.Of(found) : "unknown";
}
