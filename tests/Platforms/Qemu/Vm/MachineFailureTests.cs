using ImageOperator.Api.Common;
using ImageOperator.Api.Conditions;
using ImageOperator.Api.Targets.Qemu;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;
using ImageOperator.Platforms.Qemu.Machines;
using ImageOperator.Platforms.Qemu.Tests.Fakes;

namespace ImageOperator.Platforms.Qemu.Tests.Vm;

[Collection("Vm")]
[Trait("Category", "Vm")]
public sealed class MachineFailureTests : IDisposable
{
    private readonly Lab _lab = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _lab.Dispose();

    [Fact]
    public async Task Ended_GuestPowersItselfOff_SaysSo()
    {
        using var keys = await Keys.CreateAsync();
        await using var platform = _lab.Platform(_lab.Target(await Guests.SourceAsync("tiny")));
        await using var machine = await platform.CreateMachineAsync(new(MachinePurpose.Build, keys.Credentials), Stop);
        await machine.WaitUntilReachableAsync(Stop);
        await TestWait.UntilAsync(() => ((QemuMachine)machine).Console.Tail(20).Contains("READY", StringComparison.Ordinal));
        await keys.LoginAsync(machine.Endpoint, "(sleep 1; sudo poweroff) > /dev/null 2>&1 &");
        Assert.Equal("the guest powered itself off", await machine.Ended.WaitAsync(TimeSpan.FromSeconds(60), Stop));

        // The engine asks over SSH first: the capture takes the guest as it finds it.
        Assert.True(File.Exists((await platform.CaptureAsync(machine, Stop)).Id));
    }

    [Fact]
    public async Task WaitUntilReachable_AfterAReboot_WaitsForTheNewSign()
    {
        using var keys = await Keys.CreateAsync();
        await using var platform = _lab.Platform(_lab.Target(await Guests.SourceAsync("tiny")));
        await using var machine = await platform.CreateMachineAsync(new(MachinePurpose.Build, keys.Credentials), Stop);
        await machine.WaitUntilReachableAsync(Stop);
        var first = await keys.LoginAsync(machine.Endpoint, "cat /proc/sys/kernel/random/boot_id; (sleep 1; sudo reboot) > /dev/null 2>&1 &");
        await TestWait.UntilAsync(() => !((QemuMachine)machine).Console.Sign.IsCompleted);
        await machine.WaitUntilReachableAsync(Stop);
        Assert.NotEqual(first, await keys.LoginAsync(machine.Endpoint, "cat /proc/sys/kernel/random/boot_id"));
        Assert.False(machine.Ended.IsCompleted);
    }

    [Fact]
    public async Task Capture_GuestIgnoresThePowerButton_FailsAndSaysWhatToDo()
    {
        using var keys = await Keys.CreateAsync();
        var target = _lab.Target(await Guests.SourceAsync("tiny")) with { ShutdownTimeout = Duration.FromSeconds(5) };
        await using var platform = _lab.Platform(target);
        await using var machine = await platform.CreateMachineAsync(new(MachinePurpose.Build, keys.Credentials), Stop);
        await machine.WaitUntilReachableAsync(Stop);
        await keys.LoginAsync(machine.Endpoint, "sudo killall acpid; true");
        var failure = await Assert.ThrowsAsync<PlatformException>(() => platform.CaptureAsync(machine, Stop));
        Assert.Equal(Reasons.CaptureFailed, failure.Reason);
        Assert.Contains("did not power off within 5 s", failure.Message, StringComparison.Ordinal);
        Assert.Contains("shutdownCommand", failure.Hint, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_lab.Output));
        await machine.Ended.WaitAsync(TimeSpan.FromSeconds(30), Stop);
    }

    [Fact]
    public async Task Capture_MachineKilled_Fails()
    {
        using var keys = await Keys.CreateAsync();
        await using var platform = _lab.Platform(_lab.Target(await Guests.SourceAsync("tiny")));
        await using var machine = await platform.CreateMachineAsync(new(MachinePurpose.Build, keys.Credentials), Stop);
        Assert.Equal(0, ImageOperator.Downloads.Posix.Kill(((QemuMachine)machine).ProcessId, 9));
        Assert.Contains("exit code 137", await machine.Ended, StringComparison.Ordinal);
        await machine.WaitUntilReachableAsync(Stop);
        Assert.Equal(Reasons.CaptureFailed, (await Assert.ThrowsAsync<PlatformException>(() => platform.CaptureAsync(machine, Stop))).Reason);
    }

    [Fact]
    public async Task Create_UnknownCpu_QemusWordsAndAHint()
    {
        using var keys = await Keys.CreateAsync();
        await using var platform = _lab.Platform(_lab.Target(await Guests.SourceAsync("tiny")) with { Cpu = "pentium9" });
        var failure = await Assert.ThrowsAsync<PlatformException>(() => platform.CreateMachineAsync(new(MachinePurpose.Build, keys.Credentials), Stop));
        Assert.Equal(Reasons.MachineFailed, failure.Reason);
        Assert.Contains("pentium9", failure.Message, StringComparison.Ordinal);
        Assert.Contains("cpu", failure.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Create_DiskSmallerThanSource_NamesTheField()
    {
        using var keys = await Keys.CreateAsync();
        await using var platform = _lab.Platform(_lab.Target(await Guests.SourceAsync("tiny")) with { Disk = new QemuDisk { Size = Quantity.FromMi(100) } });
        var failure = await Assert.ThrowsAsync<PlatformException>(() => platform.CreateMachineAsync(new(MachinePurpose.Build, keys.Credentials), Stop));
        Assert.Contains("qemu.disk.size", failure.Message, StringComparison.Ordinal);
        Assert.Contains("512Mi", failure.Hint, StringComparison.Ordinal);
        Assert.Empty(_lab.Ledger.Entries);
    }

    [Fact]
    public async Task Create_NoEmulator_SaysWhatToInstall()
    {
        using var keys = await Keys.CreateAsync();
        await using var platform = _lab.Platform(_lab.Target(await Guests.SourceAsync("tiny")), new QemuOptions { Emulator = "/no/qemu" });
        var failure = await Assert.ThrowsAsync<PlatformException>(() => platform.CreateMachineAsync(new(MachinePurpose.Build, keys.Credentials), Stop));
        Assert.Contains("install", failure.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Create_LongScratchPath_SocketsStillWork()
    {
        using var keys = await Keys.CreateAsync();
        _lab.Folders = _lab.Folders with { Scratch = _lab.Make(string.Join('/', Enumerable.Repeat("a-folder-with-a-long-name", 6))) };
        await using var platform = _lab.Platform(_lab.Target(await Guests.SourceAsync("tiny")));
        await using var machine = await platform.CreateMachineAsync(new(MachinePurpose.Build, keys.Credentials), Stop);
        Assert.False(machine.Ended.IsCompleted);
    }

    [Fact]
    public async Task Build_UefiGuestOnLargerDisk_BootsAndIsCaptured()
    {
        using var keys = await Keys.CreateAsync();
        var target = _lab.Target(await Guests.SourceAsync("tiny-uefi")) with { Firmware = QemuFirmware.Uefi, Disk = new QemuDisk { Size = Quantity.FromGi(1) } };
        await using var platform = _lab.Platform(target);
        await using var machine = await platform.CreateMachineAsync(new(MachinePurpose.Build, keys.Credentials), Stop);
        await machine.WaitUntilReachableAsync(Stop);
        Assert.Equal("2097152", await keys.LoginAsync(machine.Endpoint, "cat /sys/block/vda/size"));
        var artifact = Assert.Single(await platform.DistributeAsync(await platform.CaptureAsync(machine, Stop), Stop));
        Assert.Equal(1L << 30, artifact.VirtualSizeBytes);
    }
}
