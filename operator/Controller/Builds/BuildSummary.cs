using ImageOperator.Api.Conditions;
using ImageOperator.Api.ImageBuilds;

namespace ImageOperator.Controller.Builds;

/// <summary>What the targets say together.</summary>
internal static class BuildSummary
{
    private const int LongestReason = 1024;
    private static readonly TimeSpan Lately = TimeSpan.FromMinutes(10);

    public static string Targets(IReadOnlyCollection<TargetView> targets) =>
        $"{targets.Count(t => t.Seen.Phase.IsSuccess())}/{targets.Count}";

    /// <summary>The stage of the target that is furthest behind.</summary>
    public static string Stage(IEnumerable<TargetView> targets) => targets.Min(t => t.Seen.Stage ?? BuildStage.Pending).ToString();

    public static string Words(IEnumerable<TargetView> targets) => string.Join("; ", targets.Select(t => $"{t.Seen.Name}: {t.Words}"));

    public static IReadOnlyList<Artifact>? Artifacts(IEnumerable<TargetView> targets)
    {
        var artifacts = targets.Where(t => t.Seen.Phase.HasResult())
            .SelectMany(t => (t.Seen.Artifacts ?? []).Select(a => a with { Target = t.Seen.Name })).ToArray();
        return artifacts.Length > 0 ? artifacts : null;
    }

    /// <summary>Why the targets are built, or why not; null until one is known.</summary>
    public static string? Reason(IReadOnlyCollection<TargetView> targets)
    {
        var known = targets.Where(t => t.Seen.Reason is not null).Select(t => t.Seen).ToArray();
        if (known.Length == 0) return null;
        var same = known.Length == targets.Count && known.All(t => t.Reason == known[0].Reason);
        var text = same ? known[0].Reason! : string.Join("; ", known.Select(t => $"{t.Name}: {t.Reason}"));
        return text.Length <= LongestReason ? text : text[..(LongestReason - 1)] + "…";
    }

    /// <summary>Says why a target is built; the reporter drops what it has said before.</summary>
    public static void ReportReasons(Draft draft)
    {
        foreach (var target in draft.Targets.Where(t => t.Seen is { Reason: not null, Phase: TargetPhase.Running }))
        {
            draft.Report(Reasons.BuildNeeded, "Build", $"{target.Seen.Name}: {target.Seen.Reason}");
        }
    }

    /// <summary>Says which stages were reached lately; the reporter drops what it has said before.</summary>
    public static void ReportStages(Draft draft)
    {
        foreach (var target in draft.Targets)
        {
            foreach (var stage in (target.Seen.Stages ?? []).Where(s => s.CompletionTime > draft.Now - Lately))
            {
                draft.Report(Reasons.StageReached, "Build", $"{target.Seen.Name}: {stage.Name}{(stage.Duration is { } took ? $" after {took}" : "")}");
            }
        }
    }

    public static string Failure(TargetStatus target)
    {
        if (target.Failure is not { } failure) return $"{target.Name}: {target.Phase}";
        var step = failure.Step is null ? "" : $", step {failure.Step}";
        var hint = failure.Hint is null ? "" : $" ({failure.Hint})";
        return $"{target.Name}: {failure.Stage} not reached{step}: {failure.Message}{hint}";
    }
}
