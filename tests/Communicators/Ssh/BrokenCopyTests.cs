using System.Security.Cryptography;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Communicators.Ssh.Tests.Lab;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Communicators.Ssh.Tests;

/// <summary>Copies during which the network or the guest goes away.</summary>
public sealed class BrokenCopyTests : IAsyncLifetime
{
    private const int Size = 200_000_000;
    private readonly string _here = Directory.CreateTempSubdirectory("io-here-").FullName;
    private LabBench _bench = null!;

    public async ValueTask InitializeAsync() => _bench = await LabBench.CreateAsync();

    public async ValueTask DisposeAsync()
    {
        await _bench.DisposeAsync();
        Directory.Delete(_here, recursive: true);
    }

    [Fact]
    public async Task Upload_NetworkGoesAway_IsBegunAnewAndLeavesOneFile()
    {
        await using var guest = await StartAsync(new(_bench.Network, _bench.Credentials));
        await using var session = await _bench.ConnectAsync();
        var content = await MakeAsync($"{_here}/big");
        var (there, copy) = ($"{guest.Folder}/home", new FileTransfer { LocalPath = $"{_here}/big", RemotePath = $"{guest.Folder}/home/copy" });
        await BreakOffAsync(session.UploadAsync(copy, default), there);
        Assert.Equal(content, await HashAsync($"{there}/copy"));
        Assert.Equal(["copy"], Directory.EnumerateFileSystemEntries(there).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Download_NetworkGoesAway_IsBegunAnewAndLeavesOneFile()
    {
        await using var guest = await StartAsync(new(_bench.Network, _bench.Credentials));
        await using var session = await _bench.ConnectAsync();
        var content = await MakeAsync($"{guest.Folder}/big");
        await BreakOffAsync(session.DownloadAsync(new() { RemotePath = $"{guest.Folder}/big", LocalPath = $"{_here}/copy" }, default), _here);
        Assert.Equal(content, await HashAsync($"{_here}/copy"));
        Assert.Equal(["copy"], Directory.EnumerateFileSystemEntries(_here).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Upload_GuestBootsAnew_IsGuestRebooted()
    {
        await using var guest = await StartAsync(new(_bench.Network, _bench.Credentials)
        {
            // A boot of a namespace: a new boot ID and new processes, which end with the first of them.
            Server = """
                while :; do
                  cat /proc/sys/kernel/random/uuid > $lab/boot_id
                  unshare --pid --fork --kill-child --mount --mount-proc sh -c "mount --bind $lab/boot_id /proc/sys/kernel/random/boot_id; {sshd} -D -e -f $lab/sshd_config & until rm $lab/crash 2> /dev/null; do sleep 0.1; done"
                done
                """,
        });
        await using var session = await _bench.ConnectAsync();
        await MakeAsync($"{_here}/big");
        var copying = session.UploadAsync(new() { LocalPath = $"{_here}/big", RemotePath = $"{guest.Folder}/home/copy" }, default);
        await BegunAsync(copying, $"{guest.Folder}/home");
        guest.Write("crash", "", "644");
        var error = await Assert.ThrowsAsync<ConnectionException>(() => copying.WaitAsync(TimeSpan.FromSeconds(60)));
        Assert.Equal(ConnectionReason.GuestRebooted, error.Reason);
        Assert.Contains("booted anew during a copy", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, (await session.RunAsync("true")).ExitCode);
    }

    /// <summary>Takes the network away in the middle of a copy, until that is noticed, and gives it back.</summary>
    private async Task BreakOffAsync(Task copying, string folder)
    {
        await BegunAsync(copying, folder);
        var before = _bench.Warnings.Count;
        await _bench.Network.FilterAsync("tcp dport 22 drop");
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (_bench.Warnings.Count == before) await Task.Delay(20, limit.Token);
        Assert.Contains("connecting anew: the machine has not answered", _bench.Warnings.Last(), StringComparison.Ordinal);
        Assert.False(copying.IsCompleted);
        await _bench.Network.UnfilterAsync();
        await copying.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
    }

    private static async Task BegunAsync(Task copying, string folder)
    {
        while (!Directory.EnumerateFiles(folder, ".imageoperator-*").Any(file => new FileInfo(file) is { Exists: true, Length: > 0 }))
        {
            Assert.False(copying.IsCompleted);
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
    }

    private static async Task<string> MakeAsync(string path)
    {
        var content = new byte[Size];
        Random.Shared.NextBytes(content);
        await File.WriteAllBytesAsync(path, content, TestContext.Current.CancellationToken);
        File.SetUnixFileMode(path, (UnixFileMode)0b110_100_100);
        return Convert.ToHexString(SHA256.HashData(content));
    }

    private static async Task<string> HashAsync(string path)
    {
        await using var file = File.OpenRead(path);
        return Convert.ToHexString(await SHA256.HashDataAsync(file, TestContext.Current.CancellationToken));
    }

    private static async Task<LabGuest> StartAsync(LabGuest guest)
    {
        await guest.StartAsync();
        return guest;
    }
}
