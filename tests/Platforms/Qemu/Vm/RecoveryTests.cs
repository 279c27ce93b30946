using ImageOperator.Api.Conditions;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Targets.Qemu;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;
using ImageOperator.Platforms.Qemu.Machines;
using ImageOperator.Platforms.Qemu.Processes;
using ImageOperator.Platforms.Qemu.Tests.Fakes;

namespace ImageOperator.Platforms.Qemu.Tests.Vm;

/// <summary>What another process finds after a crash: a new platform object with the same ledger stands for it.</summary>
[Collection("Vm")]
[Trait("Category", "Vm")]
public sealed class RecoveryTests : IDisposable
{
    private readonly Lab _lab = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private MachineFolder Build => MachineFolder.Of(_lab.Identity, _lab.Folders, MachinePurpose.Build);

    public void Dispose() => _lab.Dispose();

    [Fact]
    public async Task Create_LedgerRefusesTheIntent_NothingIsMade()
    {
        var target = _lab.Target(await Guests.SourceAsync("tiny"));
        using var keys = await Keys.CreateAsync();
        _lab.Ledger.Before = call =>
        {
            Assert.Empty(Directory.GetFileSystemEntries(_lab.Folders.Scratch));
            Assert.Empty(Processes());
            throw new FencedException(1);
        };
        await using var platform = _lab.Platform(target);
        await Assert.ThrowsAsync<FencedException>(() => platform.CreateMachineAsync(new(MachinePurpose.Build, keys.Credentials), Stop));
        Assert.Empty(Directory.GetFileSystemEntries(_lab.Folders.Scratch));
    }

    [Fact]
    public async Task Create_LedgerRefusesTheConfirmation_MachineIsStopped()
    {
        var target = _lab.Target(await Guests.SourceAsync("tiny"));
        using var keys = await Keys.CreateAsync();
        _lab.Ledger.Before = call =>
        {
            if (!call.StartsWith("confirm", StringComparison.Ordinal)) return;
            Assert.Single(Processes());
            throw new FencedException(1);
        };
        await using var platform = _lab.Platform(target);
        await Assert.ThrowsAsync<FencedException>(() => platform.CreateMachineAsync(new(MachinePurpose.Build, keys.Credentials), Stop));
        Assert.Empty(Processes());
    }

    [Fact]
    public async Task Remove_MachineOfAKilledBuilder_NothingIsLeft()
    {
        var target = _lab.Target(await Guests.SourceAsync("tiny"));
        using var keys = await Keys.CreateAsync();
        await using var platform = _lab.Platform(target);
        await using var abandoned = await platform.CreateMachineAsync(new(MachinePurpose.Build, keys.Credentials), Stop);
        var entry = _lab.Ledger.Find("build/machine")!;
        Assert.Equal(LedgerState.Created, entry.State);
        Assert.Equal(Assert.Single(Processes()).ToString(System.Globalization.CultureInfo.InvariantCulture), entry.Properties!["pid"]);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(Build.Path, MachineFolder.Seed)));

        await using var next = _lab.Platform(target);
        Assert.Empty(await next.FindStraysAsync(Stop));
        await next.RemoveAsync(entry, Stop);
        Assert.Empty(Processes());
        Assert.Empty(Directory.GetFileSystemEntries(_lab.Folders.Scratch));
        Assert.Contains("137", await abandoned.Ended, StringComparison.Ordinal);
        await next.RemoveAsync(entry, Stop);
    }

    [Fact]
    public async Task FindStrays_LedgerLost_MachineAndStagedImageAreFoundAndRemoved()
    {
        var target = _lab.Target(await Guests.SourceAsync("tiny"));
        using var keys = await Keys.CreateAsync();
        await using var platform = _lab.Platform(target);
        await using var abandoned = await platform.CreateMachineAsync(new(MachinePurpose.Build, keys.Credentials), Stop);
        await _lab.Ledger.ForgetAsync("build/machine", Stop);
        var staging = Directory.CreateDirectory(Path.Combine(_lab.Output, ".imageoperator", _lab.Identity.Key));
        var others = Directory.CreateDirectory(Path.Combine(_lab.Output, ".imageoperator", "another-build"));
        await File.WriteAllTextAsync(Path.Combine(staging.FullName, "web-base.qcow2.partial"), "half", Stop);

        var strays = await platform.FindStraysAsync(Stop);
        Assert.Equal(["build/machine", "image"], strays.Select(s => s.Key));
        foreach (var stray in strays) await platform.RemoveAsync(stray, Stop);
        Assert.Empty(await platform.FindStraysAsync(Stop));
        Assert.Empty(Processes());
        Assert.False(staging.Exists && Directory.Exists(staging.FullName));
        Assert.True(Directory.Exists(others.FullName));
    }

    [Fact]
    public async Task Create_AfterACrash_ReplacesTheEarlierMachine()
    {
        var target = _lab.Target(await Guests.SourceAsync("tiny"));
        using var keys = await Keys.CreateAsync();
        await using var platform = _lab.Platform(target);
        await using var abandoned = await platform.CreateMachineAsync(new(MachinePurpose.Build, keys.Credentials), Stop);
        await using var next = _lab.Platform(target);
        await using var machine = await next.CreateMachineAsync(new(MachinePurpose.Build, keys.Credentials), Stop);
        await abandoned.Ended;
        Assert.Single(Processes());
        await machine.WaitUntilReachableAsync(Stop);
        Assert.Equal("0", await keys.LoginAsync(machine.Endpoint, "sudo -n id -u"));
    }

    [Fact]
    public async Task Capture_CrashAtEachPoint_NextProcessGoesOnOrStartsAnew()
    {
        var target = _lab.Target(await Guests.SourceAsync("tiny"));
        using var keys = await Keys.CreateAsync();
        await using var platform = _lab.Platform(target);
        await using var machine = await platform.CreateMachineAsync(new(MachinePurpose.Build, keys.Credentials), Stop);
        await machine.WaitUntilReachableAsync(Stop);

        // Killed while the image was written: it cannot be trusted.
        _lab.Ledger.Before = call =>
        {
            if (call == "confirm image") throw new InvalidOperationException("killed");
        };
        await Assert.ThrowsAsync<InvalidOperationException>(() => platform.CaptureAsync(machine, Stop));
        await using var second = _lab.Platform(target);
        Assert.Null(await second.ResumeCaptureAsync(Stop));

        // Killed after it was noted: it is there.
        _lab.Ledger.Before = null;
        var image = await second.CaptureAsync(machine, Stop);
        await using var third = _lab.Platform(target);
        Assert.Equal(image, await third.ResumeCaptureAsync(Stop));

        // Killed between the rename and its note.
        _lab.Ledger.Before = call => throw new InvalidOperationException("killed");
        await Assert.ThrowsAsync<InvalidOperationException>(() => third.DistributeAsync(image, Stop));
        Assert.True(File.Exists(Path.Combine(_lab.Output, "web-base.qcow2")));
        _lab.Ledger.Before = null;
        await using var fourth = _lab.Platform(target);
        var resumed = await fourth.ResumeCaptureAsync(Stop);
        Assert.Equal(image.Digest, resumed!.Digest);
        Assert.Single(await fourth.DistributeAsync(resumed, Stop));
        Assert.False(Directory.Exists(Path.Combine(_lab.Output, ".imageoperator")));

        // The build is given up after all: what it published goes, what another build put there since does not.
        var entry = _lab.Ledger.Find(image.LedgerKey)!;
        var file = Path.Combine(_lab.Output, "web-base.qcow2");
        File.Copy(file, file + ".other");
        File.Move(file, file + ".ours");
        File.Move(file + ".other", file);
        await fourth.RemoveAsync(entry, Stop);
        Assert.True(File.Exists(file));
        File.Move(file + ".ours", file, overwrite: true);
        await fourth.RemoveAsync(entry, Stop);
        Assert.Empty(Directory.GetFileSystemEntries(_lab.Output));
    }

    [Fact]
    public async Task Remove_StagedImage_LeavesThePublishedOneAlone()
    {
        var published = Path.Combine(_lab.Output, "web-base.qcow2");
        await File.WriteAllTextAsync(published, "the last build's", Stop);
        var staging = Directory.CreateDirectory(Path.Combine(_lab.Output, ".imageoperator", _lab.Identity.Key));
        await File.WriteAllTextAsync(Path.Combine(staging.FullName, "web-base.qcow2.partial"), "half", Stop);
        await using var platform = _lab.Platform(_lab.Target(new QemuSource { Checksum = "sha256:" + new string('0', 64) }));
        var stray = Assert.Single(await platform.FindStraysAsync(Stop));
        await platform.RemoveAsync(stray, Stop);
        Assert.Equal([published], Directory.GetFileSystemEntries(_lab.Output));
    }

    [Fact]
    public async Task Remove_FolderWithoutOurMark_IsLeftAlone()
    {
        var folder = Directory.CreateDirectory(Build.Path);
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "precious"), "", Stop);
        await using var platform = _lab.Platform(_lab.Target(new QemuSource { Checksum = "sha256:" + new string('0', 64) }));
        foreach (var stray in await platform.FindStraysAsync(Stop)) await platform.RemoveAsync(stray, Stop);
        Assert.True(File.Exists(Path.Combine(folder.FullName, "precious")));
    }

    [Fact]
    public async Task Remove_ForeignType_IsRefused()
    {
        await using var platform = _lab.Platform(_lab.Target(new QemuSource { Checksum = "sha256:" + new string('0', 64) }));
        var entry = new LedgerEntry { Key = "build/machine", Type = "aws/instance", State = LedgerState.Created, Temporary = true, Attempt = 1 };
        Assert.Equal(Reasons.InternalError, (await Assert.ThrowsAsync<PlatformException>(() => platform.RemoveAsync(entry, Stop))).Reason);
    }

    private IReadOnlyList<int> Processes() => ProcessTable.FindByArguments("-name", Build.MachineName);
}
