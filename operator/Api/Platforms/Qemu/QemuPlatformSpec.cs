using ImageOperator.Api.Common;
using ImageOperator.Api.Schema;
using ImageOperator.Api.Targets.Qemu;

namespace ImageOperator.Api.Platforms.Qemu;

/// <summary>QEMU machines in the builder pods.</summary>
public sealed record QemuPlatformSpec
{
    /// <summary>The accelerator of targets that name none.</summary>
    public QemuAccelerator? Accelerator { get; init; }

    /// <summary>The machine type of targets that name none.</summary>
    public QemuMachineType? MachineType { get; init; }

    /// <summary>The CPU model of targets that name none.</summary>
    [Bounds(Max = 128)]
    [Pattern("^[A-Za-z0-9_.,+=-]+$")]
    public string? Cpu { get; init; }

    /// <summary>The extended resource that gives a pod /dev/kvm, such as <c>devices.kubevirt.io/kvm</c>. Unset: the operator's.</summary>
    [Bounds(Min = 3, Max = 317)]
    [Pattern("^[a-z0-9]([-a-z0-9.]*[a-z0-9])?/[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$")]
    public string? KvmResourceName { get; init; }

    /// <summary>Where downloaded source images are kept. Unset: where the operator's settings say.</summary>
    public QemuCache? Cache { get; init; }

    /// <summary>Most virtual CPUs of a machine.</summary>
    [Bounds(Min = 1, Max = 256)]
    public int? MaxCpus { get; init; }

    /// <summary>Most memory of a machine.</summary>
    public Quantity? MaxMemory { get; init; }

    /// <summary>The largest disk that a target may ask for.</summary>
    public Quantity? MaxDiskSize { get; init; }
}
