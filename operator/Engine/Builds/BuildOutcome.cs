using ImageOperator.Api.ImageBuilds;

namespace ImageOperator.Engine.Builds;

/// <summary>How a run of the engine ended.</summary>
/// <param name="Status">The target's status, as written.</param>
/// <param name="Interrupted">The process had to go, the build goes on in a later attempt.</param>
public sealed record BuildOutcome(TargetStatus Status, bool Interrupted = false)
{
    /// <summary>Captured, tested, distributed; or there was nothing to do.</summary>
    public bool Succeeded => Status.Phase.IsSuccess();
}
