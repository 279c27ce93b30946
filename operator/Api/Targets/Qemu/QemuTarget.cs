using ImageOperator.Api.Common;
using ImageOperator.Api.Schema;

namespace ImageOperator.Api.Targets.Qemu;

/// <summary>A disk image made by a QEMU virtual machine.</summary>
public sealed record QemuTarget
{
    /// <summary>The disk image to start from.</summary>
    [NotAnInput]
    public required QemuSource Source { get; init; }

    /// <summary>Virtual CPUs.</summary>
    [Bounds(Min = 1, Max = 256)]
    public int Cpus { get; init; } = 1;

    /// <summary>The machine's memory.</summary>
    public Quantity Memory { get; init; } = Quantity.FromGi(1);

    /// <summary>The machine's disk.</summary>
    public QemuDisk? Disk { get; init; }

    /// <summary>The machine's firmware.</summary>
    public QemuFirmware Firmware { get; init; } = QemuFirmware.Bios;

    /// <summary>How instructions are run. Auto probes once per node whether /dev/kvm works, and remembers; status says which was used and why. Unset: the platform's, else Auto.</summary>
    public QemuAccelerator? Accelerator { get; init; }

    /// <summary>QEMU's CPU model. Unset: the platform's, else <c>host</c> with KVM, a lean <c>qemu64</c> without.</summary>
    [Bounds(Max = 128)]
    [Pattern("^[A-Za-z0-9_.,+=-]+$")]
    public string? Cpu { get; init; }

    /// <summary>QEMU's machine type. Unset: the platform's, else q35.</summary>
    public QemuMachineType? MachineType { get; init; }

    /// <summary>How long the guest may take to power off before it is stopped hard and the build fails.</summary>
    [CelRule(Duration.PositiveRule, Duration.PositiveMessage)]
    [NotAnInput]
    public Duration ShutdownTimeout { get; init; } = Duration.FromMinutes(5);

    /// <summary>The command that powers the guest off, run as root. Unset: the ACPI power button.</summary>
    [Bounds(Max = 1024)]
    public string? ShutdownCommand { get; init; }

    /// <summary>What to make of the machine's disk, and where to put it.</summary>
    public required QemuOutput Output { get; init; }
}
