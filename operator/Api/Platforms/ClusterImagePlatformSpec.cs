using ImageOperator.Api.Common;
using ImageOperator.Api.Schema;

namespace ImageOperator.Api.Platforms;

/// <summary>Where to build, how, and for whom. Exactly one of qemu, aws, azure and gcp must be set.</summary>
public sealed record ClusterImagePlatformSpec : ImagePlatformSpec
{
    /// <summary>The namespaces whose builds may use the platform; none if unset.</summary>
    public AllowedNamespaces? AllowedNamespaces { get; init; }

    /// <summary>The namespace of the probe pod, where the credentials' Secret or service account is looked for. Unset: the operator's own.</summary>
    [Bounds(Min = 1, Max = 63)]
    [Pattern(Names.LabelPattern)]
    public string? ProbeNamespace { get; init; }
}
