using ImageOperator.Api.Platforms;
using ImageOperator.Runtime;

namespace ImageOperator.Controller.Queue;

/// <summary>The platform that a target takes its machine from.</summary>
/// <param name="Kind">ImagePlatform or ClusterImagePlatform.</param>
/// <param name="Namespace">Empty for a ClusterImagePlatform.</param>
/// <param name="Name">The platform's name; empty for none.</param>
internal readonly record struct PlatformKey(PlatformKind Kind, string Namespace, string Name)
{
    /// <summary>A target without a platformRef.</summary>
    public static PlatformKey None { get; } = new(default, "", "");

    public ObjectKey Object => new(Namespace, Name);

    public static PlatformKey Of(PlatformReference? reference, string @namespace) =>
        reference is null ? None : new(reference.Kind, reference.Kind == PlatformKind.ImagePlatform ? @namespace : "", reference.Name);

    public static PlatformKey Of(IPlatformObject platform) => platform is ImagePlatform
        ? new(PlatformKind.ImagePlatform, platform.Metadata.NamespaceProperty, platform.Metadata.Name)
        : new(PlatformKind.ClusterImagePlatform, "", platform.Metadata.Name);

    public override string ToString() => Name is { Length: > 0 } ? $"{Kind} {Name}" : "no platform";
}
