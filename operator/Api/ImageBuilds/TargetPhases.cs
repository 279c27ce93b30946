namespace ImageOperator.Api.ImageBuilds;

/// <summary>What phases mean.</summary>
public static class TargetPhases
{
    /// <summary>The target has ended as it was to end.</summary>
    public static bool IsSuccess(this TargetPhase? phase) => phase is TargetPhase.Succeeded or TargetPhase.UpToDate or TargetPhase.Planned;

    /// <summary>The target has ended.</summary>
    public static bool IsTerminal(this TargetPhase? phase) => phase.IsSuccess() || phase is TargetPhase.Failed or TargetPhase.Cancelled;

    /// <summary>The target has an image.</summary>
    public static bool HasResult(this TargetPhase? phase) => phase is TargetPhase.Succeeded or TargetPhase.UpToDate;
}
