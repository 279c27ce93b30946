using ImageOperator.Api.Schema;

namespace ImageOperator.Api.ImageBuilds;

/// <summary>What happens when something fails.</summary>
public sealed record FailurePolicy
{
    /// <summary>
    /// How many builder pods a target may use up when pods are lost (node gone, evicted, killed).
    /// A step that fails is not tried in a new pod: give the step <c>retries</c>.
    /// </summary>
    [Bounds(Min = 1, Max = 20)]
    public int MaxAttempts { get; init; } = 5;

    /// <summary>What becomes of the other targets when one fails.</summary>
    public OtherTargets OtherTargets { get; init; } = OtherTargets.Continue;
}
