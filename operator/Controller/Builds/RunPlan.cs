using ImageOperator.Api.Conditions;
using ImageOperator.Api.ImageBuilds;

namespace ImageOperator.Controller.Builds;

/// <summary>A build under way: each target by itself, then what they make together.</summary>
internal static class RunPlan
{
    public static void Decide(Draft draft)
    {
        foreach (var name in BuildInputs.TargetNames(draft.Observed.Build, draft.Status!.Template!))
        {
            draft.Targets.Add(TargetPlan.Decide(draft, name));
        }

        if (draft.NeedsLive || draft.Claims.Count > 0) return;
        BuildSummary.ReportReasons(draft);
        BuildSummary.ReportStages(draft);
        draft.Status = draft.Status with
        {
            StartTime = draft.Targets.Exists(t => t.Seen.Attempt is not null) ? draft.Status.StartTime ?? draft.Now : draft.Status.StartTime,
            Queue = QueuePlan.Status(draft),
            Targets = [.. draft.Targets.Select(t => t.Owned)],
            TargetSummary = BuildSummary.Targets(draft.Targets),
            Artifacts = BuildSummary.Artifacts(draft.Targets),
            Stage = BuildSummary.Stage(draft.Targets),
            InputsDigest = InputsDigest.Of([.. draft.Targets.Select(t => t.Seen)]),
            Reason = BuildSummary.Reason(draft.Targets),
        };
        if (!draft.Targets.All(t => t.IsSettled))
        {
            BuildConditions.Running(draft, Reason(draft), BuildSummary.Words(draft.Targets));
        }
        else if (draft.IsLive())
        {
            if (SweepPlan.Decide(draft, SweepPlan.LeftBehind) is { } sweeping)
            {
                BuildConditions.Running(draft, Reasons.Sweeping, sweeping);
            }
            else
            {
                FinishPlan.Decide(draft);
            }
        }
    }

    private static string Reason(Draft draft)
    {
        var cancelling = draft.Observed.IsCancelled || draft.Targets.Exists(t => !t.IsSettled && FailFast.CancelledBy(draft.Observed.Build, t.Seen.Name) is not null);
        return cancelling ? Reasons.Cancelling : QueuePlan.Reason(draft) ?? Reasons.Building;
    }
}
