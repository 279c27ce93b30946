using ImageOperator.Api.Common;
using ImageOperator.Api.Schema;

namespace ImageOperator.Api.Publishing;

/// <summary>A tag of an OCI registry. The tag moves to the new manifest when all is uploaded.</summary>
[CelRule("!has(self.containerDisk) || !self.containerDisk || (!has(self.artifactType) && !has(self.mediaType))", NoTypes, FieldPath = ".containerDisk")]
[CelRule("!has(self.insecure) || !self.insecure || !has(self.secretRef)", ClearText, FieldPath = ".secretRef")]
public sealed record OciDestination
{
    internal const string NoTypes = "a containerDisk has the media types of images: remove artifactType and mediaType";
    internal const string ClearText = "the credentials would be sent in clear text: remove insecure, or secretRef";

    /// <summary>Where to: <c>registry.example.com/images/web:v1</c>.</summary>
    [Bounds(Min = 1, Max = 1024)]
    [Pattern(@"^([a-z0-9.-]+(:[0-9]+)?/[^\s@]+|.*\$\(.+\).*)$")]
    public required string Reference { get; init; }

    /// <summary>A Secret of type kubernetes.io/dockerconfigjson with credentials that may push; it may also have <c>ca.crt</c>.</summary>
    public LocalObjectReference? SecretRef { get; init; }

    /// <summary>Speak HTTP without TLS. Credentials are not sent then.</summary>
    public bool Insecure { get; init; }

    /// <summary>Make a container image that KubeVirt starts machines from: the disk in <c>/disk</c>, owned by 107:107, in one layer.</summary>
    public bool ContainerDisk { get; init; }

    /// <summary>For which processors a containerDisk is.</summary>
    public OciArchitecture Architecture { get; init; } = OciArchitecture.Amd64;

    /// <summary>What kind of artifact it is. Unset: <c>application/vnd.imageoperator.disk.v1</c>.</summary>
    [Bounds(Min = 3, Max = 255)]
    [Pattern(MediaTypePattern)]
    public string? ArtifactType { get; init; }

    /// <summary>The media type of the disk's layer. Unset: <c>application/vnd.imageoperator.disk.layer.v1.</c> and the format, with <c>+gzip</c>.</summary>
    [Bounds(Min = 3, Max = 255)]
    [Pattern(MediaTypePattern)]
    public string? MediaType { get; init; }

    /// <summary>Annotations of the manifest, beside those that say title, time and build.</summary>
    [Bounds(Max = 64, MaxItemLength = 1024)]
    public IReadOnlyDictionary<string, string>? Annotations { get; init; }

    private const string MediaTypePattern = "^[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]*/[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]*$";
}
