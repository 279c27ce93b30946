using ImageOperator.Api.Schema;

namespace ImageOperator.Api.Targets.Qemu;

/// <summary>What to make of the machine's disk, and where to put it. Exactly one of hostPath and persistentVolumeClaim must be set.</summary>
[CelRule("has(self.hostPath) != has(self.persistentVolumeClaim)", "exactly one of hostPath and persistentVolumeClaim must be set")]
[CelRule("!(has(self.compress) && self.compress) || self.format in ['qcow2', 'vmdk']", "only qcow2 and vmdk can be compressed: set one of these formats, or remove compress", FieldPath = ".compress")]
public sealed record QemuOutput
{
    /// <summary>The disk image's format.</summary>
    public DiskFormat Format { get; init; } = DiskFormat.Qcow2;

    /// <summary>Compress the image: smaller, and slower to make.</summary>
    public bool Compress { get; init; }

    /// <summary>The file's name. An existing file of that name is replaced only when the new image has passed its tests.</summary>
    [Bounds(Min = 1, Max = 200)]
    [Pattern("^([A-Za-z0-9_-]|\\$\\([^$]+\\))([A-Za-z0-9_.-]|\\$\\([^$]+\\))*$")]
    public string Name { get; init; } = "$(build.name)-$(target.name)";

    /// <summary>A folder on the node (or, with imagectl, on this machine).</summary>
    public HostPathFile? HostPath { get; init; }

    /// <summary>A folder on a volume.</summary>
    public ClaimFile? PersistentVolumeClaim { get; init; }
}
