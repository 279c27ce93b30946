using ImageOperator.Api.Targets.Qemu;
using ImageOperator.Platforms.Qemu.Accelerators;

namespace ImageOperator.Platforms.Qemu.Machines;

/// <summary>All that QEMU's command line depends on.</summary>
internal sealed record MachinePlan
{
    public required string Name { get; init; }

    public required QemuMachineType MachineType { get; init; }

    public required Accelerator Accelerator { get; init; }

    public string? Cpu { get; init; }

    public required int Cpus { get; init; }

    public required long MemoryBytes { get; init; }

    /// <summary>The firmware's code; null for BIOS.</summary>
    public string? FirmwareCode { get; init; }

    public required int HostPort { get; init; }

    public required int GuestPort { get; init; }

    /// <summary>What powers the guest off, where the power button does not.</summary>
    public string? ShutdownCommand { get; init; }
}
