namespace ImageOperator.Api.ImageBuilds;

/// <summary>
/// Whether a target is cancelled because another one failed. It is told by the build alone, so operator and builder come to the same answer whenever
/// they ask, and no mark between them can be lost.
/// </summary>
public static class FailFast
{
    /// <summary>The target whose failure cancels this one; null if none does.</summary>
    public static TargetStatus? CancelledBy(ImageBuild build, string target)
    {
        ArgumentNullException.ThrowIfNull(build);
        return build.Spec.FailurePolicy.OtherTargets == OtherTargets.Cancel
            ? build.Status?.Targets?.FirstOrDefault(t => t.Name != target && HasFailed(t))
            : null;
    }

    /// <summary>What a target that was cancelled for another one says.</summary>
    public static string Message(string failedTarget) => $"Cancelled because target {failedTarget} failed (failurePolicy.otherTargets is {nameof(OtherTargets.Cancel)}).";

    // A failure stands before its target has cleaned up.
    private static bool HasFailed(TargetStatus target) => target.Phase == TargetPhase.Failed || target is { Phase: TargetPhase.Running, Failure: not null };
}
