using System.Security.Cryptography;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Communicators.Ssh.Tests.Lab;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Communicators.Ssh.Tests;

/// <summary>Guests without a shell, and without tar: files go over SFTP.</summary>
public sealed class SftpTests : IAsyncLifetime
{
    private readonly string _here = Directory.CreateTempSubdirectory("io-here-").FullName;
    private LabBench _bench = null!;

    public async ValueTask InitializeAsync() => _bench = await LabBench.CreateAsync();

    public async ValueTask DisposeAsync()
    {
        await _bench.DisposeAsync();
        Directory.Delete(_here, recursive: true);
    }

    [Fact]
    public async Task WithoutShell_FilesGoAndCommandsSayWhy()
    {
        await using var guest = new LabGuest(_bench.Network, _bench.Credentials) { Config = "ForceCommand internal-sftp" };
        await guest.StartAsync();
        await using var session = await _bench.ConnectAsync();
        await RoundTripAsync(session, guest);
        var error = await Assert.ThrowsAsync<ConnectionException>(() => session.RunAsync("true"));
        Assert.Equal(ConnectionReason.ShellExits, error.Reason);
        var refused = await Assert.ThrowsAsync<IOException>(() => session.UploadAsync(new() { LocalPath = $"{_here}/tree/plain", RemotePath = "/tmp/never", Sudo = true }, default));
        Assert.Contains("needs a shell", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WithoutTar_FoldersGo()
    {
        await using var guest = new LabGuest(_bench.Network, _bench.Credentials)
        {
            Config = "SetEnv PATH=$lab/bin",
            Setup = "mkdir $lab/bin; for tool in sh cat mkdir wc mv rm chmod stat id; do ln -s $(command -v $tool) $lab/bin/$tool; done",
        };
        await guest.StartAsync();
        await using var session = await _bench.ConnectAsync();
        Assert.Equal(1, (await session.RunAsync("tar --version >/dev/null 2>&1 || exit 1")).ExitCode);
        await RoundTripAsync(session, guest);
    }

    [Fact]
    public async Task LinkThatLeadsOut_IsRefused()
    {
        await using var guest = new LabGuest(_bench.Network, _bench.Credentials) { Config = "ForceCommand internal-sftp", Setup = "mkdir $lab/tree; ln -s ../../../etc $lab/tree/bad" };
        await guest.StartAsync();
        await using var session = await _bench.ConnectAsync();
        var error = await Assert.ThrowsAsync<IOException>(() => session.DownloadAsync(new() { LocalPath = $"{_here}/t", RemotePath = $"{guest.Folder}/tree" }, default));
        Assert.Contains("outside", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NotPermitted_SaysWhyAndLeavesNothing()
    {
        await using var guest = new LabGuest(_bench.Network, _bench.Credentials) { Config = "ForceCommand internal-sftp" };
        await guest.StartAsync();
        await using var session = await _bench.ConnectAsync();
        await File.WriteAllTextAsync($"{_here}/file", "x", TestContext.Current.CancellationToken);
        var error = await Assert.ThrowsAsync<IOException>(() => session.UploadAsync(new() { LocalPath = $"{_here}/file", RemotePath = "/etc/never" }, default));
        Assert.Contains("Permission denied", error.Message, StringComparison.Ordinal);
    }

    private async Task RoundTripAsync(ICommunicator session, LabGuest guest)
    {
        var tree = Directory.CreateDirectory($"{_here}/tree/sub/deeper").FullName;
        var big = RandomNumberGenerator.GetBytes(5_000_001);
        await File.WriteAllBytesAsync($"{tree}/big", big, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync($"{_here}/tree/plain", "text", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync($"{_here}/tree/-odd\nname ☃", "odd", TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync($"{_here}/tree/empty", [], TestContext.Current.CancellationToken);
        // Holes in the middle and at the end, which is that of a chunk.
        var holes = new byte[1 << 20];
        holes[300_000] = 1;
        await File.WriteAllBytesAsync($"{_here}/tree/holes", holes, TestContext.Current.CancellationToken);
        File.SetUnixFileMode($"{_here}/tree/plain", (UnixFileMode)0b111_000_001);
        File.CreateSymbolicLink($"{_here}/tree/link", "sub/deeper");
        var there = $"{guest.Folder}/home/there";
        // Twice: what is there is replaced.
        for (var i = 0; i < 2; i++) await session.UploadAsync(new() { LocalPath = $"{_here}/tree", RemotePath = there }, default);
        Assert.Equal("sub/deeper", new FileInfo($"{there}/link").LinkTarget);
        Assert.Equal((UnixFileMode)0b111_000_001, File.GetUnixFileMode($"{there}/plain"));
        await session.DownloadAsync(new() { LocalPath = $"{_here}/back", RemotePath = there }, default);
        Assert.Equal(Names($"{_here}/tree"), Names($"{_here}/back"));
        Assert.Equal(big, await File.ReadAllBytesAsync($"{_here}/back/sub/deeper/big", TestContext.Current.CancellationToken));
        Assert.Equal(holes, await File.ReadAllBytesAsync($"{_here}/back/holes", TestContext.Current.CancellationToken));
        Assert.Equal((UnixFileMode)0b111_000_001, File.GetUnixFileMode($"{_here}/back/plain"));
        await session.UploadAsync(new() { LocalPath = $"{_here}/tree/plain", RemotePath = $"{there}/new/", Mode = 0b110_000_000 }, default);
        Assert.Equal((UnixFileMode)0b110_000_000, File.GetUnixFileMode($"{there}/new/plain"));
        await session.DownloadAsync(new() { LocalPath = $"{_here}/one", RemotePath = $"{there}/plain" }, default);
        Assert.Equal("text", await File.ReadAllTextAsync($"{_here}/one", TestContext.Current.CancellationToken));
    }

    private static IEnumerable<string> Names(string root) => Directory.EnumerateFileSystemEntries(root, "*", SearchOption.AllDirectories)
        .Select(path => Path.GetRelativePath(root, path)).Where(path => !path.StartsWith("link/", StringComparison.Ordinal)).Order(StringComparer.Ordinal);
}
