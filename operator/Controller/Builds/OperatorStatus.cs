using ImageOperator.Api.Conditions;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Protocol;

namespace ImageOperator.Controller.Builds;

/// <summary>The part of a build's status that the operator owns.</summary>
internal static class OperatorStatus
{
    public static ImageBuildStatus Of(BuildObservation observed) => (observed.Build.Status ?? new()) with
    {
        ObservedGeneration = observed.Build.Metadata.Generation,
        LastHandledReconcileAt = ReconcileRequest.Of(observed.Build) ?? observed.Build.Status?.LastHandledReconcileAt,
        // Copied: what was observed is shared with others.
        Conditions = [.. observed.Build.Status?.Conditions ?? []],
        Targets = observed.Build.Status?.Targets?.Select(t => Owned(t, OwnsEnd(t))).ToArray(),
    };

    /// <summary>
    /// A target's end is the builder's to write, but for those that the operator writes in its stead: they stay the operator's.
    /// </summary>
    public static bool OwnsEnd(TargetStatus target) =>
        TargetView.IsTerminalPhase(target.Phase)
        && target.Failure?.Reason is Reasons.PodNotStarted or Reasons.AttemptsExhausted or Reasons.Timeout or Reasons.Cancelled or Reasons.OtherTargetFailed;

    /// <summary>
    /// The operator's fields of a target. With its end they hold the end too, which the operator must repeat once it has written it:
    /// what an applied configuration leaves out is removed.
    /// </summary>
    public static TargetStatus Owned(TargetStatus target, bool withEnd) => new()
    {
        Name = target.Name,
        Attempt = target.Attempt,
        AdmittedTime = target.AdmittedTime,
        PodName = target.PodName,
        Phase = withEnd ? target.Phase : null,
        CompletionTime = withEnd ? target.CompletionTime : null,
        Failure = withEnd ? target.Failure : null,
    };
}
