using ImageOperator.Api.Common;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Api.Platforms.Qemu;
using ImageOperator.Api.Schema;

namespace ImageOperator.Api.Platforms.Pods;

/// <summary>A volume of the kinds that the restricted Pod Security Standard allows. Exactly one kind must be set.</summary>
[CelRule("(has(self.configMap) ? 1 : 0) + (has(self.secret) ? 1 : 0) + (has(self.persistentVolumeClaim) ? 1 : 0) + (has(self.emptyDir) ? 1 : 0) == 1", OneKind)]
public sealed record PodVolume
{
    internal const string OneKind = "exactly one of configMap, secret, persistentVolumeClaim and emptyDir must be set";

    /// <summary>The volume's name, which a mount refers to.</summary>
    [Bounds(Min = 1, Max = 56)]
    [Pattern(Names.LabelPattern)]
    public required string Name { get; init; }

    /// <summary>Files from a ConfigMap in the namespace of the pod.</summary>
    public ConfigMapSource? ConfigMap { get; init; }

    /// <summary>Files from a Secret in the namespace of the pod.</summary>
    public SecretVolume? Secret { get; init; }

    /// <summary>A claim in the namespace of the pod.</summary>
    public CacheClaim? PersistentVolumeClaim { get; init; }

    /// <summary>An empty folder that goes with the pod.</summary>
    public CacheFolder? EmptyDir { get; init; }
}

/// <summary>Files from a Secret.</summary>
public sealed record SecretVolume
{
    /// <summary>The Secret's name.</summary>
    [Bounds(Min = 1, Max = 253)]
    [Pattern(Names.SubdomainPattern)]
    public required string SecretName { get; init; }

    /// <summary>The keys to take, each to its own path; all keys under their own names if empty.</summary>
    [ListMapKey("key")]
    [Bounds(Max = 128)]
    public IReadOnlyList<KeyToPath> Items { get; init; } = [];
}

/// <summary>Where a volume is mounted in the builder.</summary>
public sealed record PodVolumeMount
{
    /// <summary>The volume's name.</summary>
    [Bounds(Min = 1, Max = 56)]
    [Pattern(Names.LabelPattern)]
    public required string Name { get; init; }

    /// <summary>The absolute path; not where the builder keeps its own things.</summary>
    [Bounds(Min = 2, Max = 1024)]
    [Pattern(Targets.Qemu.HostPathFile.AbsolutePathPattern)]
    public required string MountPath { get; init; }

    /// <summary>A path on the volume, instead of its root.</summary>
    [Bounds(Min = 1, Max = 1024)]
    [Pattern(Targets.Qemu.ClaimFile.RelativePathPattern)]
    public string? SubPath { get; init; }

    /// <summary>Mounted for reading only.</summary>
    public bool ReadOnly { get; init; } = true;
}
