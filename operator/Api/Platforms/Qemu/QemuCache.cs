using ImageOperator.Api.Common;
using ImageOperator.Api.Schema;
using ImageOperator.Api.Targets.Qemu;

namespace ImageOperator.Api.Platforms.Qemu;

/// <summary>Where downloaded source images are kept. Exactly one must be set.</summary>
[CelRule("(has(self.emptyDir) ? 1 : 0) + (has(self.hostPath) ? 1 : 0) + (has(self.persistentVolumeClaim) ? 1 : 0) == 1", OnePlace)]
public sealed record QemuCache
{
    internal const string OnePlace = "exactly one of emptyDir, hostPath and persistentVolumeClaim must be set";

    /// <summary>A folder that goes with the pod.</summary>
    public CacheFolder? EmptyDir { get; init; }

    /// <summary>A folder on the node, writable by the builders' user.</summary>
    public HostPathFile? HostPath { get; init; }

    /// <summary>A claim in the build's namespace.</summary>
    public CacheClaim? PersistentVolumeClaim { get; init; }
}

/// <summary>A folder that goes with the pod.</summary>
public sealed record CacheFolder
{
    /// <summary>Most bytes in it; no limit but the node's if unset.</summary>
    public Quantity? SizeLimit { get; init; }
}

/// <summary>A claim.</summary>
public sealed record CacheClaim
{
    /// <summary>The claim's name.</summary>
    [Bounds(Min = 1, Max = 253)]
    [Pattern(Names.SubdomainPattern)]
    public required string ClaimName { get; init; }
}
