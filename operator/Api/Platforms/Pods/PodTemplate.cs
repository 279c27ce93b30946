using ImageOperator.Api.Common;
using ImageOperator.Api.Schema;

namespace ImageOperator.Api.Platforms.Pods;

/// <summary>Settings of builder, sweeper and probe pods. What the operator itself sets for the build to work cannot be replaced.</summary>
public sealed record PodTemplate
{
    /// <summary>Labels of the pods. Those of imageoperator.dev are the operator's.</summary>
    [Bounds(Max = 64, MaxItemLength = 63)]
    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    /// <summary>Annotations of the pods.</summary>
    [Bounds(Max = 64, MaxItemLength = 4096)]
    public IReadOnlyDictionary<string, string>? Annotations { get; init; }

    /// <summary>What a pod requests, and its limits. A QEMU machine's CPUs and memory are added to requests of cpu and memory.</summary>
    public PodResourceList? Resources { get; init; }

    /// <summary>Labels that a node must have. Added to the operator's settings, and wins over them.</summary>
    [Bounds(Max = 64, MaxItemLength = 63)]
    public IReadOnlyDictionary<string, string>? NodeSelector { get; init; }

    /// <summary>Taints that the pods bear, beside those of the operator's settings.</summary>
    [Bounds(Max = 32)]
    public IReadOnlyList<PodToleration> Tolerations { get; init; } = [];

    /// <summary>Rules about nodes and other pods.</summary>
    public PodAffinityRules? Affinity { get; init; }

    /// <summary>Secrets, in the namespace of the pod, for pulling the image; beside those of the operator's settings.</summary>
    [Bounds(Max = 16)]
    public IReadOnlyList<LocalObjectReference> ImagePullSecrets { get; init; } = [];

    /// <summary>The pods' priority class.</summary>
    [Bounds(Min = 1, Max = 253)]
    [Pattern(Names.SubdomainPattern)]
    public string? PriorityClassName { get; init; }

    /// <summary>The pods' runtime class.</summary>
    [Bounds(Min = 1, Max = 253)]
    [Pattern(Names.SubdomainPattern)]
    public string? RuntimeClassName { get; init; }

    /// <summary>More volumes.</summary>
    [ListMapKey("name")]
    [Bounds(Max = 16)]
    public IReadOnlyList<PodVolume> Volumes { get; init; } = [];

    /// <summary>Where the volumes are mounted in the builder.</summary>
    [ListMapKey("mountPath")]
    [Bounds(Max = 16)]
    public IReadOnlyList<PodVolumeMount> VolumeMounts { get; init; } = [];
}
