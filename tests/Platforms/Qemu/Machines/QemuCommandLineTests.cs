using ImageOperator.Api.Targets.Qemu;
using ImageOperator.Platforms.Qemu.Accelerators;
using ImageOperator.Platforms.Qemu.Machines;

namespace ImageOperator.Platforms.Qemu.Tests.Machines;

public sealed class QemuCommandLineTests
{
    private static readonly MachinePlan Plan = new()
    {
        Name = "imageoperator-uid-base-build",
        MachineType = QemuMachineType.Q35,
        Accelerator = new(AcceleratorKind.Tcg, "asked for"),
        Cpus = 2,
        MemoryBytes = 1 << 30,
        HostPort = 40022,
        GuestPort = 22,
    };

    [Fact]
    public void Write_Defaults_Golden() => Assert.Equal(
        """
        -name imageoperator-uid-base-build
        -no-user-config
        -nodefaults
        -sandbox on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny
        -display none
        -machine q35
        -accel tcg
        -cpu qemu64,-svm,+rdrand
        -smp 2
        -m 1024M
        -action shutdown=pause,panic=pause
        -boot menu=off,strict=on
        -chardev socket,id=qmp,path=qmp.sock
        -mon chardev=qmp,mode=control
        -chardev socket,id=console,path=serial.sock
        -serial chardev:console
        -drive file=disk.qcow2,if=none,id=disk,format=qcow2,cache=unsafe,discard=unmap,detect-zeroes=unmap,werror=stop,rerror=report
        -device virtio-blk-pci,drive=disk,bootindex=1
        -drive file=seed.iso,if=none,id=seed,format=raw,readonly=on
        -device virtio-blk-pci,drive=seed
        -netdev user,id=net,hostfwd=tcp:127.0.0.1:40022-:22
        -device virtio-net-pci,netdev=net,id=nic,romfile=
        -object rng-random,id=rng,filename=/dev/urandom
        -device virtio-rng-pci,rng=rng
        """,
        Lines(QemuCommandLine.Write(Plan)));

    [Fact]
    public void Write_KvmAndUefi_HostCpuAndFirmware()
    {
        var lines = Lines(QemuCommandLine.Write(Plan with { Accelerator = new(AcceleratorKind.Kvm, "probed"), FirmwareCode = "/fw/a,b.fd", MachineType = QemuMachineType.Pc }));
        Assert.Contains("-accel kvm\n-cpu host\n", lines, StringComparison.Ordinal);
        Assert.Contains("-machine pc\n", lines, StringComparison.Ordinal);
        Assert.Contains("-drive if=pflash,format=raw,readonly=on,file=/fw/a,,b.fd\n-drive if=pflash,format=raw,file=firmware-vars.fd\n", lines, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_CpuOfTheTarget_Wins() =>
        Assert.Contains("-cpu max,-avx\n", Lines(QemuCommandLine.Write(Plan with { Cpu = "max,-avx" })), StringComparison.Ordinal);

    private static string Lines(IReadOnlyList<string> arguments) =>
        string.Concat(arguments.Select((a, i) => i == 0 ? a : a.StartsWith('-') ? "\n" + a : " " + a));
}
