using ImageOperator.Api.Common;
using ImageOperator.Api.Schema;

namespace ImageOperator.Api.Platforms;

/// <summary>A reference to where a target is built.</summary>
public sealed record PlatformReference
{
    /// <summary>The platform's name.</summary>
    [Bounds(Min = 1, Max = 253)]
    [Pattern(Names.SubdomainPattern)]
    public required string Name { get; init; }

    /// <summary>The platform's kind: an ImagePlatform stands in the build's namespace, a ClusterImagePlatform must allow that namespace.</summary>
    public PlatformKind Kind { get; init; } = PlatformKind.ImagePlatform;

    /// <summary>The kind and the name, as in messages: <c>ImagePlatform lab</c>.</summary>
    public override string ToString() => $"{Kind} {Name}";
}
