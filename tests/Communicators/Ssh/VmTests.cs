using System.Diagnostics;
using ImageOperator.Api.Common;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Communicators.Ssh.Tests.Servers;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Communicators.Ssh.Tests;

/// <summary>A real guest: busybox and dropbear behind QEMU's user network.</summary>
[Trait("Category", "Vm")]
public sealed class VmTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Guest_FromPowerOn_IsLoggedInSoonAfterItListens(bool afterMarker)
    {
        var settings = new Communicator { Ssh = new SshCommunicator { User = "builder", Timeout = Duration.FromMinutes(2) } };
        var credentials = Sessions.Factory.CreateCredentials(settings);
        await WarmUp.Done;
        await using var guest = new TinyGuest();
        await guest.StartAsync(credentials);
        var watch = Stopwatch.StartNew();
        if (afterMarker) await guest.Listening;
        var connecting = Sessions.Factory.ConnectAsync(Sessions.Request(guest.Port, credentials, 120) with { Settings = settings }, default);
        await guest.Listening;
        var listening = watch.Elapsed;
        await using var session = await connecting;
        var loggedIn = watch.Elapsed;
        watch.Restart();
        Assert.Equal(["hello"], (await session.RunAsync("echo hello")).Stdout);
        var ran = watch.Elapsed;
        TestContext.Current.SendDiagnosticMessage(
            $"listening {listening.TotalSeconds:0.00} s after power-on, logged in {(loggedIn - listening).TotalSeconds:0.00} s later, command {ran.TotalSeconds:0.00} s");
        await CopyThereAndBackAsync(session);
        await CancelAsync(session);
        await RebootAsync(session);
        Assert.InRange((loggedIn - listening).TotalSeconds, -1, 3);
    }

    private static async Task CopyThereAndBackAsync(ICommunicator session)
    {
        var folder = Directory.CreateTempSubdirectory("io-vm-copy-").FullName;
        try
        {
            var tree = Directory.CreateDirectory(Path.Combine(folder, "tree/sub folder")).FullName;
            await File.WriteAllBytesAsync(Path.Combine(tree, "big"), new byte[5_000_000]);
            await File.WriteAllTextAsync(Path.Combine(tree, "-odd\nname ☃ " + new string('x', 150)), "content");
            var watch = Stopwatch.StartNew();
            await session.UploadAsync(new FileTransfer { LocalPath = Path.Combine(folder, "tree"), RemotePath = "/opt/new/tree", Owner = "builder:root" }, default);
            await session.UploadAsync(new FileTransfer { LocalPath = Path.Combine(tree, "big"), RemotePath = "/opt/one/", Mode = 0b110_000_000, Sudo = true }, default);
            await session.DownloadAsync(new FileTransfer { LocalPath = Path.Combine(folder, "back"), RemotePath = "/opt/new/tree" }, default);
            await session.DownloadAsync(new FileTransfer { LocalPath = Path.Combine(folder, "one"), RemotePath = "/opt/one/big" }, default);
            TestContext.Current.SendDiagnosticMessage($"20 MB in four copies: {watch.Elapsed.TotalSeconds:0.00} s");
            Assert.Equal(
                Directory.GetFiles(tree).Select(file => (Path.GetFileName(file), new FileInfo(file).Length)).Order(),
                Directory.GetFiles(Path.Combine(folder, "back/sub folder")).Select(file => (Path.GetFileName(file), new FileInfo(file).Length)).Order());
            Assert.Equal((UnixFileMode)0b110_000_000, File.GetUnixFileMode(Path.Combine(folder, "one")));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task RebootAsync(ICommunicator session)
    {
        const string BootId = "cat /proc/sys/kernel/random/boot_id";
        var before = (await session.RunAsync(BootId)).Stdout.Single();
        await session.RunAsync("touch /run/only-this-boot; sync");
        var result = await session.RebootAsync(new() { Timeout = TimeSpan.FromMinutes(2) }, default);
        TestContext.Current.SendDiagnosticMessage($"rebooted in {result.Duration.TotalSeconds:0.00} s");
        Assert.NotEqual(before, result.BootId);
        Assert.Equal([result.BootId], (await session.RunAsync(BootId)).Stdout);
    }

    private static async Task CancelAsync(ICommunicator session)
    {
        using var stop = new CancellationTokenSource();
        var running = session.ExecuteAsync(
            new RemoteCommand { CommandLine = "(trap '' TERM; sleep 7771; sleep 7772) & echo up; sleep 7773; true" }, (_, _) => stop.Cancel(), stop.Token);
        var watch = Stopwatch.StartNew();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        TestContext.Current.SendDiagnosticMessage($"killed after {watch.Elapsed.TotalSeconds:0.00} s");
        var (_, left, _) = await session.RunAsync("ps | grep 777[123] | grep -v grep");
        Assert.Empty(left);
    }
}
