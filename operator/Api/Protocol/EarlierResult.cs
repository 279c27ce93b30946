using ImageOperator.Api.ImageBuilds;

namespace ImageOperator.Api.Protocol;

/// <summary>A result of an earlier build that a target may take instead of building: the operator lists them, the builder compares.</summary>
public sealed record EarlierResult
{
    /// <summary>The build that made it.</summary>
    public required string Build { get; init; }

    /// <summary>SHA-256 over all its inputs.</summary>
    public required string InputsDigest { get; init; }

    /// <summary>Its inputs, to tell what has changed since: of the newest result of the same template.</summary>
    public IReadOnlyList<BuildInput>? Inputs { get; init; }

    /// <summary>The images.</summary>
    public required IReadOnlyList<Artifact> Artifacts { get; init; }
}
