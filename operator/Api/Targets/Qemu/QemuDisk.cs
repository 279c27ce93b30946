using ImageOperator.Api.Common;

namespace ImageOperator.Api.Targets.Qemu;

/// <summary>The machine's disk.</summary>
public sealed record QemuDisk
{
    /// <summary>The disk's virtual size; not below the source image's. Unset: the source image's.</summary>
    public Quantity? Size { get; init; }
}
