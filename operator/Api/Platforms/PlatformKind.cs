using System.Text.Json.Serialization;

namespace ImageOperator.Api.Platforms;

/// <summary>The kinds of platforms.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PlatformKind>))]
public enum PlatformKind
{
    /// <summary>In the build's namespace.</summary>
    ImagePlatform,

    /// <summary>Of the whole cluster; owned by admins and used by the namespaces that it allows.</summary>
    ClusterImagePlatform,
}
