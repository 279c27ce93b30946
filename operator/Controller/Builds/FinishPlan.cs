using ImageOperator.Api.Common;
using ImageOperator.Api.Conditions;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Runtime.Events;

namespace ImageOperator.Controller.Builds;

/// <summary>The end of a build: nothing runs any more, nothing is left behind.</summary>
internal static class FinishPlan
{
    public static void Decide(Draft draft)
    {
        draft.Do(new BuildAction.RemoveAccess());
        if (draft.Targets.All(t => t.Seen.Phase.IsSuccess()))
        {
            Succeed(draft);
            return;
        }

        var failed = draft.Targets.Where(t => t.Seen.Phase == TargetPhase.Failed).Select(t => t.Seen).ToArray();
        if (failed.Length > 0 && !draft.Targets.Exists(t => t.Seen.Phase == TargetPhase.Cancelled && draft.Observed.IsCancelled))
        {
            var cancelled = draft.Targets.Where(t => t.Seen.Phase == TargetPhase.Cancelled).Select(t => $"{t.Seen.Name}: {TargetPhase.Cancelled}");
            End(draft, failed[0].Failure?.Reason ?? Reasons.Failed, string.Join("; ", failed.Select(BuildSummary.Failure).Concat(cancelled)));
        }
        else
        {
            End(draft, Reasons.Cancelled, $"The build was cancelled: {BuildSummary.Words(draft.Targets)}.");
        }
    }

    private static void Succeed(Draft draft)
    {
        var reason = draft.Targets.TrueForAll(t => t.Seen.Phase == TargetPhase.Planned) ? Reasons.Planned
            : draft.Targets.TrueForAll(t => t.Seen.Phase == TargetPhase.UpToDate) ? Reasons.UpToDate
            : Reasons.Succeeded;
        if (reason != Reasons.Planned && (draft.Observed.Build.Spec.Manifest ?? draft.Status?.Template?.Manifest ?? draft.Observed.Build.Status?.Template?.Manifest) is { } manifest)
        {
            draft.Do(new BuildAction.WriteManifest(manifest.NameFor(draft.Observed.Build.Metadata.Name)));
        }

        Close(draft, reason);
        var message = reason switch
        {
            Reasons.Planned => $"Nothing was built. {string.Join("; ", draft.Targets.Select(t => $"{t.Seen.Name}: {(t.Seen.Plan == PlannedAction.Build ? "would be built" : "is up to date")}: {t.Seen.Reason}"))}.",
            Reasons.UpToDate => $"Nothing was to be built: {BuildSummary.Reason(draft.Targets)}.",
            _ => $"{draft.Status!.TargetSummary} targets succeeded in {draft.Status.Duration}{NotBuilt(draft)}.",
        };
        BuildConditions.Succeeded(draft, reason, message);
        draft.Report(reason, "Finish", message);
    }

    private static string NotBuilt(Draft draft)
    {
        var names = draft.Targets.Where(t => t.Seen.Phase == TargetPhase.UpToDate).Select(t => t.Seen.Name).ToArray();
        return names.Length > 0 ? $" (up to date already: {string.Join(", ", names)})" : "";
    }

    /// <summary>Ends the build without success.</summary>
    public static void End(Draft draft, string reason, string message)
    {
        Close(draft, reason == Reasons.Cancelled ? Reasons.Cancelled : Reasons.Failed);
        BuildConditions.Failed(draft, reason, message);
        draft.Report(reason, "Finish", message, reason == Reasons.Cancelled ? EventSeverity.Normal : EventSeverity.Warning);
    }

    private static void Close(Draft draft, string stage)
    {
        var status = draft.Status!;
        var took = TimeSpan.FromSeconds(Math.Round((draft.Now - (status.StartTime ?? draft.Now)).TotalSeconds));
        draft.Status = status with { CompletionTime = draft.Now, Duration = new Duration(took).ToString(), Stage = stage };
    }
}
