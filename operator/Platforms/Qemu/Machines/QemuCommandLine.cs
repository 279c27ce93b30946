using System.Globalization;
using ImageOperator.Api.Targets.Qemu;
using ImageOperator.Platforms.Qemu.Accelerators;

namespace ImageOperator.Platforms.Qemu.Machines;

/// <summary>
/// Writes QEMU's command line. Files are named relative to the machine's folder, where QEMU runs: the line is the same for
/// each build of a template, and socket paths stay below the 108 bytes that the kernel allows.
/// </summary>
internal static class QemuCommandLine
{
    // Measured: boots fastest under emulation; "max" costs seconds, and without rdrand guests wait for entropy.
    private const string EmulatedCpu = "qemu64,-svm,+rdrand";

    public static IReadOnlyList<string> Write(MachinePlan plan)
    {
        var emulated = plan.Accelerator.Kind == AcceleratorKind.Tcg;
        var memory = (plan.MemoryBytes + (1 << 20) - 1) >> 20;
        List<string> line =
        [
            "-name", plan.Name,
            "-no-user-config", "-nodefaults",
            "-display", "none",
            "-machine", plan.MachineType == QemuMachineType.Q35 ? "q35" : "pc",
            "-accel", emulated ? "tcg" : "kvm",
            "-cpu", plan.Cpu ?? (emulated ? EmulatedCpu : "host"),
            "-smp", Number(plan.Cpus),
            "-m", $"{Number(memory)}M",
            // A guest that switches off stays for a moment, so that why it ended can be seen.
            "-action", "shutdown=pause,panic=pause",
            "-boot", "menu=off,strict=on",
        ];
        if (plan.FirmwareCode is { } code)
        {
            line.AddRange(["-drive", $"if=pflash,format=raw,readonly=on,file={Escape(code)}"]);
            line.AddRange(["-drive", $"if=pflash,format=raw,file={MachineFolder.Variables}"]);
        }

        line.AddRange(
        [
            // QEMU connects to us: no waiting for its sockets to appear.
            "-chardev", $"socket,id=qmp,path={MachineFolder.Control}",
            "-mon", "chardev=qmp,mode=control",
            "-chardev", $"socket,id=console,path={MachineFolder.Serial}",
            "-serial", "chardev:console",
            // After a crash a build's machine is made anew, so its disk needs no flushes; enospc pauses the guest and is reported.
            "-drive", $"file={MachineFolder.Disk},if=none,id=disk,format=qcow2,cache=unsafe,discard=unmap,detect-zeroes=unmap,werror=stop,rerror=report",
            "-device", "virtio-blk-pci,drive=disk,bootindex=1",
            "-drive", $"file={MachineFolder.Seed},if=none,id=seed,format=raw,readonly=on",
            "-device", "virtio-blk-pci,drive=seed",
            "-netdev", $"user,id=net,hostfwd=tcp:127.0.0.1:{Number(plan.HostPort)}-:{Number(plan.GuestPort)}",
            "-device", "virtio-net-pci,netdev=net,id=nic,romfile=",
            "-object", "rng-random,id=rng,filename=/dev/urandom",
            "-device", "virtio-rng-pci,rng=rng",
        ]);
        return line;
    }

    // In QEMU's option lists a comma separates, and two stand for one.
    private static string Escape(string path) => path.Replace(",", ",,", StringComparison.Ordinal);

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
