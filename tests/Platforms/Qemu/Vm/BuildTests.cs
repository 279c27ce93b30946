using System.Diagnostics;
using ImageOperator.Api.Targets.Qemu;
using ImageOperator.Downloads;
using ImageOperator.Engine.Ports;
using ImageOperator.Platforms.Qemu.Machines;
using ImageOperator.Platforms.Qemu.Processes;
using ImageOperator.Platforms.Qemu.Tests.Fakes;

namespace ImageOperator.Platforms.Qemu.Tests.Vm;

[Collection("Vm")]
[Trait("Category", "Vm")]
public sealed class BuildTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("tiny", DiskFormat.Qcow2, false)]
    [InlineData("tiny", DiskFormat.Qcow2, true)]
    [InlineData("tiny", DiskFormat.Raw, false)]
    [InlineData("tiny", DiskFormat.Vmdk, true)]
    [InlineData("tiny", DiskFormat.Vhd, false)]
    [InlineData("tiny", DiskFormat.Vhdx, false)]
    [InlineData("tiny", DiskFormat.Vdi, false)]
    [InlineData("tiny-uefi", DiskFormat.Qcow2, false)]
    public async Task Build_Guest_IsCapturedTestedAndDistributed(string guest, DiskFormat format, bool compress)
    {
        var source = await Guests.SourceAsync(guest);
        using var lab = new Lab();
        using var keys = await Keys.CreateAsync();
        using var testKeys = await Keys.CreateAsync();
        var target = lab.Target(source, format);
        target = target with
        {
            Output = target.Output with { Compress = compress },
            Firmware = guest == "tiny-uefi" ? QemuFirmware.Uefi : QemuFirmware.Bios,
        };
        await using var platform = lab.Platform(target);
        var log = TestContext.Current.TestOutputHelper!;
        var clock = Stopwatch.StartNew();
        void Lap(string what)
        {
            log.WriteLine($"{what}: {clock.ElapsedMilliseconds} ms");
            clock.Restart();
        }

        var resolved = await platform.ResolveSourceAsync(Stop);
        Assert.Equal(source.Checksum, resolved.Digest);
        Lap("resolve");
        CapturedImage image;
        await using (var machine = await platform.CreateMachineAsync(new(MachinePurpose.Build, keys.Credentials), Stop))
        {
            Lap("spawn");
            await machine.WaitUntilReachableAsync(Stop);
            Lap("sign");
            Assert.Equal("0", await keys.LoginAsync(machine.Endpoint, "echo made here > made && sudo -n id -u; sync"));
            Lap("login");
            image = await platform.CaptureAsync(machine, Stop);
            Lap("power off and capture");
            Assert.True(machine.Ended.IsCompleted);
        }

        await platform.RemoveAsync(lab.Ledger.Find("build/machine")!, Stop);
        await lab.Ledger.ForgetAsync("build/machine", Stop);
        var before = await Checksum.OfFileAsync(image.Id, Stop);
        Assert.Equal(before.ToString(), image.Digest);
        Lap("remove");
        await using (var machine = await platform.CreateMachineAsync(new(MachinePurpose.Test, testKeys.Credentials, image), Stop))
        {
            Lap("test spawn");
            await machine.WaitUntilReachableAsync(Stop);
            Lap("test sign");
            Assert.Equal("made here", await testKeys.LoginAsync(machine.Endpoint, "cat made"));
            Lap("test login");
        }

        await platform.RemoveAsync(lab.Ledger.Find("test/machine")!, Stop);
        await lab.Ledger.ForgetAsync("test/machine", Stop);
        Assert.Equal(before, await Checksum.OfFileAsync(image.Id, Stop));
        var artifact = Assert.Single(await platform.DistributeAsync(image, Stop));
        Lap("distribute");
        var name = $"web-base.{artifact.Type}";
        Assert.Equal($"hostpath:{lab.Output}/{name}", artifact.Id);
        Assert.Equal(image.Digest, artifact.Checksum);
        Assert.Equal(512L << 20, artifact.VirtualSizeBytes);
        Assert.Equal([name, name + ".sha256"], Directory.GetFileSystemEntries(lab.Output).Select(Path.GetFileName).Order());
        await Keys.RunAsync("sh", "-c", $"cd {lab.Output} && sha256sum --check {name}.sha256");
        Assert.False(Assert.Single(lab.Ledger.Entries).Temporary);
        Assert.Empty(Directory.GetFileSystemEntries(lab.Folders.Scratch));
        Assert.Empty(ProcessTable.FindByArguments("-name", MachineFolder.Of(lab.Identity, lab.Folders, MachinePurpose.Build).MachineName));

        // Once more changes nothing.
        Assert.Equal(artifact, Assert.Single(await platform.DistributeAsync(image, Stop)));
        Assert.Equal(artifact, Assert.Single(await platform.DistributeAsync((await platform.ResumeCaptureAsync(Stop))!, Stop)));
    }
}
