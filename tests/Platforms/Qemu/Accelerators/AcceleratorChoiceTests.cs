using ImageOperator.Api.Targets.Qemu;
using ImageOperator.Engine.Failures;
using ImageOperator.Platforms.Qemu.Accelerators;
using ImageOperator.Platforms.Qemu.Processes;

namespace ImageOperator.Platforms.Qemu.Tests.Accelerators;

public sealed class AcceleratorChoiceTests : IDisposable
{
    private readonly string _cache = Directory.CreateTempSubdirectory("imageoperator-accelerator-").FullName;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_cache, recursive: true);

    [Fact]
    public void Judge_GuestReachedItsEnd_Kvm() => Assert.Equal(AcceleratorKind.Kvm, AcceleratorChoice.Judge(new(ProbeGuest.ExitCode, "", "")).Kind);

    [Fact]
    public void Judge_NoProgress_TcgWithWhy() =>
        Assert.Equal("TCG: /dev/kvm is there, but a guest made no progress with it in 3 s", AcceleratorChoice.Judge(null).ToString());

    [Fact]
    public void Judge_Aborted_TcgWithQemusWords() => Assert.Equal(
        "TCG: /dev/kvm is there, but qemu failed with it: qemu: error: failed to set MSR 0x10a",
        AcceleratorChoice.Judge(new(134, "", "qemu: warning: a\nqemu: error: failed to set MSR 0x10a\nqemu: Assertion failed\n")).ToString());

    [Fact]
    public async Task Choose_NoDevice_TcgWithoutAProbe()
    {
        var choice = await Choice("/dev/no-kvm", "/no/qemu").ChooseAsync(QemuAccelerator.Auto, Stop);
        Assert.Equal("TCG: there is no /dev/no-kvm", choice.ToString());
    }

    [Fact]
    public async Task Choose_KvmForcedWithoutDevice_Fails()
    {
        var failure = await Assert.ThrowsAsync<PlatformException>(() => Choice("/dev/no-kvm", "/no/qemu").ChooseAsync(QemuAccelerator.Kvm, Stop));
        Assert.Contains("/dev/no-kvm", failure.Message, StringComparison.Ordinal);
        Assert.NotNull(failure.Hint);
    }

    [Theory]
    [InlineData("exit 85", "KVM: a probe showed that /dev/kvm works")]
    [InlineData("echo qemu: error: no >&2; exit 134", "TCG: /dev/kvm is there, but qemu failed with it: qemu: error: no")]
    [InlineData("exec sleep 60", "TCG: /dev/kvm is there, but a guest made no progress with it in 3 s")]
    public async Task Choose_Auto_ProbesOnceAndRemembers(string script, string expected)
    {
        var emulator = Path.Combine(_cache, "qemu");
        await File.WriteAllTextAsync(emulator, $"#!/bin/sh\necho probe >> {_cache}/probes\n{script}\n", Stop);
        File.SetUnixFileMode(emulator, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        for (var i = 0; i < 2; i++) Assert.Equal(expected, (await Choice("/dev/null", emulator).ChooseAsync(QemuAccelerator.Auto, Stop)).ToString());
        Assert.Single(await File.ReadAllLinesAsync(Path.Combine(_cache, "probes"), Stop));
    }

    [Fact]
    [Trait("Category", "Vm")]
    public async Task ProbeGuest_UnderEmulation_ReachesItsEnd()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/qemu-system-x86_64"), "QEMU is not here: apt-get install qemu-system-x86");
        var sector = Path.Combine(_cache, "sector");
        await File.WriteAllBytesAsync(sector, ProbeGuest.BootSector(), Stop);
        var outcome = await ProcessRunner.RunAsync("qemu-system-x86_64", ProbeGuest.Arguments("tcg", "qemu64", sector), output: null, Stop);
        Assert.Equal(ProbeGuest.ExitCode, outcome.ExitCode);
    }

    private AcceleratorChoice Choice(string device, string emulator) => new(new QemuOptions { Emulator = emulator }, TimeProvider.System, _cache, device);
}
