namespace ImageOperator.Api.Platforms;

/// <summary>A platform as it was when a build started.</summary>
public sealed record PlatformSnapshot
{
    /// <summary>ImagePlatform or ClusterImagePlatform.</summary>
    public required PlatformKind Kind { get; init; }

    /// <summary>The platform's name.</summary>
    public required string Name { get; init; }

    /// <summary>The platform's UID.</summary>
    public required string Uid { get; init; }

    /// <summary>The generation of its spec.</summary>
    public required long Generation { get; init; }

    /// <summary>Its spec without what does not concern a build under way: limits and allowed namespaces.</summary>
    public required ImagePlatformSpec Spec { get; init; }
}
