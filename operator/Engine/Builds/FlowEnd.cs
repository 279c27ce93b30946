using ImageOperator.Api.ImageBuilds;

namespace ImageOperator.Engine.Builds;

/// <summary>How a flow ended that did not fail.</summary>
/// <param name="Phase">Succeeded, UpToDate or Planned.</param>
/// <param name="Artifacts">What came out, now or earlier.</param>
internal sealed record FlowEnd(TargetPhase Phase, IReadOnlyList<Artifact> Artifacts);
