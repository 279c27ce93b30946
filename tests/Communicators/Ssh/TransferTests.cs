using System.Diagnostics;
using System.Security.Cryptography;
using ImageOperator.Communicators.Ssh.Tests.Servers;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Communicators.Ssh.Tests;

/// <summary>Copies, against OpenSSH and dropbear.</summary>
public abstract class TransferTests : IAsyncLifetime
{
    private static readonly string[] OddNames =
        ["plain", "two words", "-leading", "new\nline", "snowman ☃", "quote'\"s", "$(touch hacked)", "back\\slash", new string('x', 200), "sub/deep/er/file"];

    private readonly string _here = Directory.CreateTempSubdirectory("io-here-").FullName;
    private readonly string _there = Directory.CreateTempSubdirectory("io-there-").FullName;
    private SshServer _server = null!;
    private ICommunicator _session = null!;

    public async ValueTask InitializeAsync()
    {
        _server = CreateServer(Sessions.NewCredentials());
        await _server.StartAsync();
        _session = await _server.ConnectAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_session is not null) await _session.DisposeAsync();
        if (_server is not null) await _server.DisposeAsync();
        Directory.Delete(_here, recursive: true);
        Directory.Delete(_there, recursive: true);
    }

    [Theory]
    [InlineData("file", "/made/on the/way/file", "made/on the/way/file")]
    [InlineData("file", "/into/", "into/file")]
    [InlineData("file", "/-odd 'name'\n", "-odd 'name'\n")]
    public async Task Upload_File_Arrives(string name, string remote, string expected)
    {
        var content = RandomNumberGenerator.GetBytes(300_001);
        await File.WriteAllBytesAsync(Here(name), content, TestContext.Current.CancellationToken);
        await UploadAsync(Here(name), _there + remote, mode: 0b101_010_001);
        Assert.Equal(content, await File.ReadAllBytesAsync(There(expected), TestContext.Current.CancellationToken));
        Assert.Equal((UnixFileMode)0b101_010_001, File.GetUnixFileMode(There(expected)));
    }

    [Fact]
    public async Task Upload_EmptyFile_Arrives()
    {
        await File.WriteAllBytesAsync(Here("empty"), [], TestContext.Current.CancellationToken);
        await UploadAsync(Here("empty"), There("empty"));
        Assert.Equal(0, new FileInfo(There("empty")).Length);
    }

    [Fact]
    public async Task Upload_OverFile_KeepsSourcesModeAndLeavesNothing()
    {
        await File.WriteAllTextAsync(There("file"), "old", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Here("file"), "new", TestContext.Current.CancellationToken);
        File.SetUnixFileMode(Here("file"), (UnixFileMode)0b111_101_000);
        await UploadAsync(Here("file"), There("file"));
        Assert.Equal("new", await File.ReadAllTextAsync(There("file"), TestContext.Current.CancellationToken));
        Assert.Equal((UnixFileMode)0b111_101_000, File.GetUnixFileMode(There("file")));
        Assert.Single(Directory.GetFileSystemEntries(_there));
    }

    [Fact]
    public async Task Upload_FileOntoFolder_IsRefused()
    {
        await File.WriteAllTextAsync(Here("file"), "new", TestContext.Current.CancellationToken);
        Directory.CreateDirectory(There("folder"));
        var error = await Assert.ThrowsAsync<IOException>(() => UploadAsync(Here("file"), There("folder")));
        Assert.Contains("is a folder", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Upload_NotPermitted_SaysWhy()
    {
        await File.WriteAllTextAsync(Here("file"), "new", TestContext.Current.CancellationToken);
        var error = await Assert.ThrowsAsync<IOException>(() => UploadAsync(Here("file"), "/proc/no/such"));
        Assert.Contains("/proc/no", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Upload_Owner_IsSet()
    {
        Assert.SkipUnless((await _session.RunAsync("command -v sudo")).ExitCode == 0, "sudo is not installed: apt-get install sudo");
        await File.WriteAllTextAsync(Here("file"), "x", TestContext.Current.CancellationToken);
        await _session.UploadAsync(new FileTransfer { LocalPath = Here("file"), RemotePath = There("file"), Owner = "daemon:mail" }, default);
        var (_, stdout, _) = await _session.RunAsync($"stat -c %U:%G {There("file")}");
        Assert.Equal(["daemon:mail"], stdout);
    }

    [Fact]
    public async Task Upload_FolderWithOwner_IsItsOwners()
    {
        Assert.SkipUnless((await _session.RunAsync("command -v sudo")).ExitCode == 0, "sudo is not installed: apt-get install sudo");
        MakeTree(Here("tree"));
        await _session.UploadAsync(new FileTransfer { LocalPath = Here("tree"), RemotePath = There("t"), Owner = "daemon:mail" }, default);
        Assert.Equal(["daemon:mail", "daemon:mail"], (await _session.RunAsync($"cd {There("t")} && stat -c %U:%G plain sub/deep")).Stdout);
        var error = await Assert.ThrowsAsync<IOException>(
            () => _session.UploadAsync(new FileTransfer { LocalPath = Here("tree"), RemotePath = There("t"), Owner = "nosuchuser" }, default));
        Assert.Contains("nosuchuser", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/", "/", "")]
    [InlineData("", "/", "tree/")]
    [InlineData("/", "/named", "named/")]
    [InlineData("", "/named", "named/")]
    public async Task Upload_Folder_ArrivesWhereTheSlashesSay(string sourceSlash, string remote, string prefix)
    {
        MakeTree(Here("tree"));
        await UploadAsync(Here("tree") + sourceSlash, _there + remote);
        AssertSameTree(Here("tree"), There(prefix));
        Assert.False(File.Exists("/root/hacked"));
    }

    [Fact]
    public async Task Upload_FolderWithMode_GivesFoldersTheSearchBit()
    {
        MakeTree(Here("tree"));
        await _session.UploadAsync(new FileTransfer { LocalPath = Here("tree/"), RemotePath = There("t"), Mode = 0b110_100_000 }, default);
        Assert.Equal((UnixFileMode)0b110_100_000, File.GetUnixFileMode(There("t/plain")));
        Assert.Equal((UnixFileMode)0b111_101_000, File.GetUnixFileMode(There("t/sub")));
    }

    [Fact]
    public async Task Upload_FolderOverLinkToFolder_KeepsTheLinkAndItsMode()
    {
        Directory.CreateDirectory(Here("tree/lib"));
        await File.WriteAllTextAsync(Here("tree/lib/new"), "x", TestContext.Current.CancellationToken);
        Directory.CreateDirectory(There("usr/lib"));
        File.SetUnixFileMode(There("usr/lib"), (UnixFileMode)0b111_000_000);
        File.CreateSymbolicLink(There("lib"), "usr/lib");
        await UploadAsync(Here("tree/"), _there + "/");
        Assert.Equal("usr/lib", new FileInfo(There("lib")).LinkTarget);
        Assert.True(File.Exists(There("usr/lib/new")));
        Assert.Equal((UnixFileMode)0b111_000_000, File.GetUnixFileMode(There("usr/lib")));
    }

    [Fact]
    public async Task Download_File_Arrives()
    {
        var content = RandomNumberGenerator.GetBytes(3_000_001);
        await File.WriteAllBytesAsync(There("it's"), content, TestContext.Current.CancellationToken);
        File.SetUnixFileMode(There("it's"), (UnixFileMode)0b110_000_000);
        await DownloadAsync(There("it's"), Here("sub/"));
        Assert.Equal(content, await File.ReadAllBytesAsync(Here("sub/it's"), TestContext.Current.CancellationToken));
        Assert.Equal((UnixFileMode)0b110_000_000, File.GetUnixFileMode(Here("sub/it's")));
    }

    [Fact]
    public async Task Download_Missing_SaysSoAndLeavesNothing()
    {
        var error = await Assert.ThrowsAsync<IOException>(() => DownloadAsync(There("none"), Here("none")));
        Assert.Contains("there is no", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_here));
    }

    [Theory]
    [InlineData("/", "/", "")]
    [InlineData("", "/", "tree/")]
    [InlineData("", "/named", "named/")]
    public async Task Download_Folder_ArrivesWhereTheSlashesSay(string sourceSlash, string local, string prefix)
    {
        MakeTree(There("tree"));
        await DownloadAsync(There("tree") + sourceSlash, _here + local);
        AssertSameTree(There("tree"), Here(prefix));
    }

    [Fact]
    public async Task Download_LinkThatLeadsOut_IsRefused()
    {
        Directory.CreateDirectory(There("tree"));
        File.CreateSymbolicLink(There("tree/bad"), "../../../etc");
        var error = await Assert.ThrowsAsync<IOException>(() => DownloadAsync(There("tree"), Here("t")));
        Assert.Contains("outside", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Upload_ManyFiles_Arrive()
    {
        Directory.CreateDirectory(Here("many"));
        for (var i = 0; i < 2000; i++) await File.WriteAllBytesAsync(Here($"many/{i}"), RandomNumberGenerator.GetBytes(4096));
        var watch = Stopwatch.StartNew();
        await UploadAsync(Here("many"), There("many"));
        TestContext.Current.SendDiagnosticMessage($"2,000 files in {watch.ElapsedMilliseconds} ms");
        AssertSameTree(Here("many"), There("many/"));
    }

    [Fact]
    public async Task Sparse_BothWays_KeepsItsHoles()
    {
        const long Size = 8L * 1024 * 1024 * 1024 + 12345;
        using (var file = File.OpenHandle(Here("sparse"), FileMode.CreateNew, FileAccess.Write))
        {
            RandomAccess.SetLength(file, Size);
            RandomAccess.Write(file, "first"u8, 7);
            RandomAccess.Write(file, "middle"u8, 3_000_000_001);
            RandomAccess.Write(file, "last"u8, Size - 4);
        }

        await UploadAsync(Here("sparse"), There("sparse"));
        Assert.Equal(Size, new FileInfo(There("sparse")).Length);
        using (var copy = File.OpenHandle(There("sparse"), options: FileOptions.None))
        {
            Assert.Equal(["first", "middle", "last"], new[] { (7L, 5), (3_000_000_001, 6), (Size - 4, 4) }.Select(at => Read(copy, at.Item1, at.Item2)));
        }

        var (_, blocks, _) = await _session.RunAsync($"stat -c %b {There("sparse")}");
        Assert.InRange(int.Parse(blocks[0]), 1, 4096);

        static string Read(Microsoft.Win32.SafeHandles.SafeFileHandle file, long at, int size)
        {
            var bytes = new byte[size];
            RandomAccess.Read(file, bytes, at);
            return System.Text.Encoding.ASCII.GetString(bytes);
        }
    }

    [Fact]
    public async Task Download_Zeros_BecomeHoles()
    {
        var content = new byte[20_000_001];
        content[10_000_000] = 1;
        content[^1] = 2;
        await File.WriteAllBytesAsync(There("zeros"), content, TestContext.Current.CancellationToken);
        await DownloadAsync(There("zeros"), Here("zeros"));
        Assert.Equal(content, await File.ReadAllBytesAsync(Here("zeros"), TestContext.Current.CancellationToken));
        var (_, output) = await Tools.RunAsync("/usr/bin/stat", "-c", "%b", Here("zeros"));
        Assert.InRange(int.Parse(output), 1, 2048);
    }

    [Fact]
    public async Task Upload_Cancelled_LeavesNothing()
    {
        await File.WriteAllBytesAsync(Here("big"), new byte[200_000_000], TestContext.Current.CancellationToken);
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => _session.UploadAsync(new FileTransfer { LocalPath = Here("big"), RemotePath = There("big") }, stop.Token));
        Assert.Empty(Directory.GetFileSystemEntries(_there));
    }

    protected abstract SshServer CreateServer(MachineCredentials credentials);

    private static void MakeTree(string root)
    {
        foreach (var name in OddNames)
        {
            var path = Path.Combine(root, name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, RandomNumberGenerator.GetBytes(name.Length * 1000));
            File.SetUnixFileMode(path, (UnixFileMode)0b110_100_100);
        }

        File.SetUnixFileMode(Path.Combine(root, "plain"), (UnixFileMode)0b111_000_001);
        File.CreateSymbolicLink(Path.Combine(root, "link"), "sub/deep");
        Directory.CreateDirectory(Path.Combine(root, "empty folder"));
    }

    private static void AssertSameTree(string expected, string actual) => Assert.Equal(Describe(expected), Describe(actual));

    private static IEnumerable<string> Describe(string root) => new DirectoryInfo(root)
        .EnumerateFileSystemInfos("*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0, MatchType = MatchType.Simple })
        .Where(item => item.FullName == Path.Combine(root.TrimEnd('/'), "link") || !item.FullName.Contains("/link/", StringComparison.Ordinal))
        .Select(item => Path.GetRelativePath(root, item.FullName) + ": " + (item.LinkTarget is { } target ? "-> " + target
            : item is FileInfo file ? $"{(int)file.UnixFileMode} {Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file.FullName)))}" : $"folder {(int)item.UnixFileMode}"))
        .Order(StringComparer.Ordinal);

    private Task UploadAsync(string local, string remote, int? mode = null) =>
        _session.UploadAsync(new FileTransfer { LocalPath = local, RemotePath = remote, Mode = mode }, TestContext.Current.CancellationToken);

    private Task DownloadAsync(string remote, string local) =>
        _session.DownloadAsync(new FileTransfer { LocalPath = local, RemotePath = remote }, TestContext.Current.CancellationToken);

    private string Here(string name) => Path.Combine(_here, name);

    private string There(string name) => Path.Combine(_there, name);
}

public sealed class OpenSshTransferTests : TransferTests
{
    protected override SshServer CreateServer(MachineCredentials credentials) => new OpenSshServer(credentials);
}

public sealed class DropbearTransferTests : TransferTests
{
    protected override SshServer CreateServer(MachineCredentials credentials) => new DropbearServer(credentials);
}
