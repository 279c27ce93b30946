using System.Formats.Tar;
using ImageOperator.Api.Conditions;
using ImageOperator.Engine.Failures;
using ImageOperator.Workspaces.Archives;

namespace ImageOperator.Workspaces.Tests;

/// <summary>What an archive may hold, and that nothing of it gets out of its folder.</summary>
public sealed class UnpackTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("io-unpack-").FullName;

    private string Folder => Path.Combine(_root, "in", "folder");

    public void Dispose() => Directory.Delete(_root, recursive: true);

    public static TheoryData<string, byte[], string> Bad() => new()
    {
        { "absolute", Archive.Tar(Archive.File("/etc/x", "x")), "has an absolute path" },
        { "parent", Archive.TarGz(Archive.File("../x", "x")), "leads out of its folder" },
        { "parent inside", Archive.Tar(Archive.File("a/../../x", "x")), "leads out of its folder" },
        { "link out", Archive.Tar(Archive.Entry(TarEntryType.SymbolicLink, "l", "../../x")), "the link \"l\" leads out" },
        { "absolute link", Archive.Tar(Archive.Entry(TarEntryType.SymbolicLink, "l", "/etc/passwd")), "the link \"l\" leads out" },
        { "link over a link", Archive.Tar(Archive.File("x/y/f", ""), Archive.Entry(TarEntryType.SymbolicLink, "x/y/l", "../.."), Archive.Entry(TarEntryType.SymbolicLink, "m", "x/y/l/../..")), "the link \"m\" leads out" },
        { "circle", Archive.Tar(Archive.Entry(TarEntryType.SymbolicLink, "a", "b"), Archive.Entry(TarEntryType.SymbolicLink, "b", "a")), "in a circle" },
        { "through a link", Archive.Tar(Archive.Entry(TarEntryType.SymbolicLink, "l", "/tmp"), Archive.File("l/x", "x")), "lies below \"l\", which is a link" },
        { "link over a folder", Archive.Tar(Archive.File("l/x", "x"), Archive.Entry(TarEntryType.SymbolicLink, "l", "/tmp")), "has a folder already" },
        { "hard link out", Archive.Tar(Archive.Entry(TarEntryType.HardLink, "h", "/etc/passwd")), "has an absolute path" },
        { "hard link to nothing", Archive.Tar(Archive.Entry(TarEntryType.HardLink, "h", "x")), "is a hard link to \"x\"" },
        { "device", Archive.Tar(Archive.Entry(TarEntryType.CharacterDevice, "null")), "is a device" },
        { "whiteout", Archive.TarGz(Archive.File("a/.wh.b", "")), "\"a/.wh.b\" is the removal of a file" },
        { "pipe", Archive.Tar(Archive.Entry(TarEntryType.Fifo, "pipe")), "is of type Fifo" },
        { "zip parent", Archive.Zip(("../x", "x", 0)), "leads out of its folder" },
        { "zip link", Archive.Zip(("l", "/etc", 0xA1FF)), "the link \"l\" leads out" },
        { "not one", [.. Enumerable.Repeat((byte)'x', 600)], "cannot be unpacked" },
        { "xz", [0xfd, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0, 0, 0], "compressed with xz" },
        { "bomb", Archive.TarGz([.. Enumerable.Range(0, 20).Select(i => Archive.File($"f{i}", new('0', 100_000)))]), "more than 1000000 bytes when unpacked" },
        { "files", Archive.Tar([.. Enumerable.Range(0, 101).Select(i => Archive.File($"f{i}", ""))]), "more than 100 files" },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public async Task Archive_ThatIsBad_IsRefused_AndNothingGetsOut(string what, byte[] archive, string message)
    {
        var e = await Assert.ThrowsAsync<PlatformException>(() => UnpackAsync(archive));

        Assert.True(e.Reason == Reasons.WorkspaceUnavailable && e.Message.Contains(message, StringComparison.Ordinal), $"{what}: {e.Message}");
        Assert.NotNull(e.Hint);
        Assert.Equal([Path.Combine(_root, "archive"), Path.Combine(_root, "in")], Directory.EnumerateFileSystemEntries(_root).Order(StringComparer.Ordinal));
        Assert.Single(Directory.EnumerateFileSystemEntries(Path.Combine(_root, "in")));
    }

    [Fact]
    public async Task Archive_ThatIsGood_IsUnpacked()
    {
        await UnpackAsync(Archive.TarGz(
            Archive.Entry(TarEntryType.Directory, "./a/"), Archive.File("./a/run", "1", (UnixFileMode)0b100_111_101_101), Archive.Entry(TarEntryType.HardLink, "a/same", "a/run"),
            Archive.Entry(TarEntryType.SymbolicLink, "a/link", "../b/later"), Archive.File("b/later", "2"), Archive.File("b/later", "3")));

        Assert.Equal("1", await File.ReadAllTextAsync(Path.Combine(Folder, "a/same")));
        Assert.Equal("3", await File.ReadAllTextAsync(Path.Combine(Folder, "a/link")));
        // No set-user-ID.
        Assert.Equal((UnixFileMode)0b111_101_101, File.GetUnixFileMode(Path.Combine(Folder, "a/run")));
    }

    [Fact]
    public async Task SubPath_TakesItsFolderOnly()
    {
        await UnpackAsync(Archive.Tar(Archive.File("top/a", "1"), Archive.File("topper/b", "2"), Archive.Entry(TarEntryType.SymbolicLink, "l", "/etc")), "top");

        Assert.Equal(["a"], Directory.EnumerateFileSystemEntries(Folder).Select(Path.GetFileName));
        var e = await Assert.ThrowsAsync<PlatformException>(() => UnpackAsync(Archive.Tar(Archive.File("top/a", "1")), "none"));
        Assert.StartsWith("workspace[x].http.subPath: ", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Zip_KeepsModes()
    {
        await UnpackAsync(Archive.Zip(("d/", "", 0x41ED), ("d/run", "1", 0x81ED), ("l", "d/run", 0xA1FF), ("plain", "2", 0)));

        Assert.Equal("1", await File.ReadAllTextAsync(Path.Combine(Folder, "l")));
        Assert.True(File.GetUnixFileMode(Path.Combine(Folder, "d/run")).HasFlag(UnixFileMode.UserExecute));
        Assert.Equal("2", await File.ReadAllTextAsync(Path.Combine(Folder, "plain")));
    }

    private async Task UnpackAsync(byte[] archive, string? subPath = null)
    {
        if (Directory.Exists(Folder)) Directory.Delete(Folder, recursive: true);
        Directory.CreateDirectory(Folder);
        var file = Path.Combine(_root, "archive");
        await File.WriteAllBytesAsync(file, archive);
        var writer = new TreeWriter(Folder, subPath, "workspace[x].http", new(100, 1_000_000));
        await Unpacker.UnpackAsync(file, writer, "workspace[x].http", TestContext.Current.CancellationToken);
        writer.Complete();
    }
}
