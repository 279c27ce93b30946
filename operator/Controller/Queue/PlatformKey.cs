namespace ImageOperator.Controller.Queue;

/// <summary>The platform that a target takes its machine from.</summary>
/// <param name="Kind">ImagePlatform or ClusterImagePlatform.</param>
/// <param name="Namespace">Empty for a ClusterImagePlatform.</param>
/// <param name="Name">The platform's name.</param>
internal readonly record struct PlatformKey(string Kind, string Namespace, string Name)
{
    /// <summary>A target without a platformRef.</summary>
    public static PlatformKey None { get; } = new("", "", "");

    public override string ToString() => Name is { Length: > 0 } ? $"{Kind} {Name}" : "no platform";
}
