using ImageOperator.Api.ImageBuilds;

namespace ImageOperator.Engine.Builds;

/// <summary>How an attempt ends.</summary>
/// <param name="Change">The last change of the status.</param>
/// <param name="Interrupted">A later attempt continues.</param>
internal sealed record Ending(Func<TargetStatus, TargetStatus> Change, bool Interrupted = false);
