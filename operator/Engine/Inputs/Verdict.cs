using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Protocol;

namespace ImageOperator.Engine.Inputs;

/// <summary>Whether a target must be built.</summary>
/// <param name="Result">The result that stands; null if it must be built.</param>
/// <param name="Reason">Why, for people.</param>
/// <param name="Inputs">What the target is built of; null if it could not be told.</param>
/// <param name="Digest">The digest of the inputs; null if it could not be told.</param>
internal sealed record Verdict(EarlierResult? Result, string Reason, IReadOnlyList<BuildInput>? Inputs, string? Digest)
{
    public PlannedAction Action => Result is null ? PlannedAction.Build : PlannedAction.UpToDate;
}
