using ImageOperator.Api.Conditions;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;
using ImageOperator.Platforms.Qemu.Tests.Fakes;

namespace ImageOperator.Platforms.Qemu.Tests.Vm;

/// <summary>Full volumes, played by small memory file systems.</summary>
[Collection("Vm")]
[Trait("Category", "Vm")]
public sealed class DiskFullTests : IAsyncLifetime
{
    private readonly Lab _lab = new();
    private string _small = "";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(Environment.UserName == "root", "only root may mount a memory file system");
        _small = _lab.Make("small");
        await Keys.RunAsync("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", _small);
    }

    public async ValueTask DisposeAsync()
    {
        if (_small.Length > 0) await Keys.RunAsync("umount", "--lazy", _small);
        _lab.Dispose();
    }

    [Fact]
    public async Task Capture_OutputFull_NamesTheFolder()
    {
        using var keys = await Keys.CreateAsync();
        _lab.Output = _small;
        await using var platform = _lab.Platform(_lab.Target(await Guests.SourceAsync("tiny")));
        await using var machine = await platform.CreateMachineAsync(new(MachinePurpose.Build, keys.Credentials), Stop);
        await machine.WaitUntilReachableAsync(Stop);
        var failure = await Assert.ThrowsAsync<PlatformException>(() => platform.CaptureAsync(machine, Stop));
        Assert.Equal(Reasons.NoSpace, failure.Reason);
        Assert.Contains(_small, failure.Message, StringComparison.Ordinal);
        await platform.RemoveAsync(_lab.Ledger.Find("image")!, Stop);
        Assert.Empty(Directory.GetFileSystemEntries(_small));
    }

    [Fact]
    public async Task Ended_ScratchFull_NamesTheFolder()
    {
        using var keys = await Keys.CreateAsync();
        _lab.Folders = _lab.Folders with { Scratch = _small };
        await using var platform = _lab.Platform(_lab.Target(await Guests.SourceAsync("tiny")));
        await using var machine = await platform.CreateMachineAsync(new(MachinePurpose.Build, keys.Credentials), Stop);
        await machine.WaitUntilReachableAsync(Stop);
        _ = Task.Run(() => keys.LoginAsync(machine.Endpoint, "dd if=/dev/urandom of=big bs=1M count=16; sync"), Stop);
        Assert.Contains($"the scratch folder {_small}", await machine.Ended.WaitAsync(TimeSpan.FromSeconds(120), Stop), StringComparison.Ordinal);
        await platform.RemoveAsync(_lab.Ledger.Find("build/machine")!, Stop);
        Assert.Empty(Directory.GetFileSystemEntries(_small));
    }
}
