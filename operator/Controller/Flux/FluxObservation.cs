using ImageOperator.Api.ImageBuilds;

namespace ImageOperator.Controller.Flux;

/// <summary>What Flux has for an entry of the workspace.</summary>
/// <param name="Artifact">The artifact; null if there is none to build with.</param>
/// <param name="Missing">Why there is none, and the mend.</param>
internal sealed record FluxObservation(WorkspaceStatus? Artifact, string? Missing);
