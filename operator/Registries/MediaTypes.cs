namespace ImageOperator.Registries;

/// <summary>The media types of registries.</summary>
public static class MediaTypes
{
    /// <summary>An OCI manifest.</summary>
    public const string OciManifest = "application/vnd.oci.image.manifest.v1+json";

    /// <summary>An OCI index.</summary>
    public const string OciIndex = "application/vnd.oci.image.index.v1+json";

    /// <summary>Docker's manifest.</summary>
    public const string DockerManifest = "application/vnd.docker.distribution.manifest.v2+json";

    /// <summary>Docker's index.</summary>
    public const string DockerList = "application/vnd.docker.distribution.manifest.list.v2+json";

    /// <summary>An OCI image's configuration.</summary>
    public const string OciConfig = "application/vnd.oci.image.config.v1+json";

    /// <summary>The configuration of what has none.</summary>
    public const string Empty = "application/vnd.oci.empty.v1+json";

    /// <summary>A layer, tar with gzip.</summary>
    public const string OciLayer = "application/vnd.oci.image.layer.v1.tar+gzip";

    /// <summary>A layer, tar as it is.</summary>
    public const string OciPlainLayer = "application/vnd.oci.image.layer.v1.tar";

    /// <summary>All kinds of manifests that are understood.</summary>
    public static IReadOnlyList<string> Manifests { get; } = [OciManifest, OciIndex, DockerManifest, DockerList];

    /// <summary>Whether a layer is an archive: OCI's and Docker's layers, Flux's content, Helm's charts and all that end like them.</summary>
    public static bool IsArchive(string type) =>
        type.EndsWith(".tar", StringComparison.Ordinal) || type.EndsWith(".tar+gzip", StringComparison.Ordinal) || type.EndsWith(".tar.gzip", StringComparison.Ordinal)
        || type.EndsWith("/gzip", StringComparison.Ordinal) || type.EndsWith("/x-tar", StringComparison.Ordinal);
}
