using System.Formats.Tar;

namespace ImageOperator.Communicators.Ssh.Transfers;

/// <summary>
/// Unpacks a tar stream that a machine sent, which need not be honest: nothing is written outside the folder, be it by its
/// name or through a link, and no link that leads outside is made.
/// </summary>
internal sealed class FolderReader(string root, int? mode)
{
    /// <summary>Files up to this size are written at once: writes of a file stream pass the thread pool one by one, which costs more than the writing.</summary>
    private const int AtOnce = 256 * 1024;

    private const UnixFileMode Plain = (UnixFileMode)0b111_111_111;
    private readonly string _root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(root));
    private readonly List<(string Path, UnixFileMode Mode)> _folders = [];

    /// <summary>A folder that is there, and that no link leads through; null after anything but plain files in it was made.</summary>
    private string? _known;

    public async Task ReadAsync(Stream input, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(_root);
        await using var tar = new TarReader(input, leaveOpen: true);
        while (await tar.GetNextEntryAsync(copyData: false, cancellationToken).ConfigureAwait(false) is { } entry)
            await UnpackAsync(entry, cancellationToken).ConfigureAwait(false);
        // Last, or a folder without the write bit would take no files. Inner ones first.
        for (var i = _folders.Count - 1; i >= 0; i--) SetMode(_folders[i].Path, _folders[i].Mode);
    }

    private async Task UnpackAsync(TarEntry entry, CancellationToken cancellationToken)
    {
        var path = Resolve(entry.Name);
        _known = entry.EntryType is TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile ? Path.GetDirectoryName(path) : null;
        switch (entry.EntryType)
        {
            case TarEntryType.Directory:
                MakeFolder(path);
                if (path != _root) _folders.Add((path, ModeOf(entry, folder: true)));
                break;
            case TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile:
                await WriteFileAsync(path, entry, cancellationToken).ConfigureAwait(false);
                break;
            case TarEntryType.SymbolicLink:
                MakeLink(path, entry);
                break;
            case TarEntryType.HardLink:
                var source = Resolve(entry.LinkName);
                if (!IsPlainFile(source)) throw Refused(entry, $"is a hard link to {entry.LinkName}, which is not a file of the stream");
                Clear(path);
                File.Copy(source, path);
                break;
            default:
                // Devices, sockets and pipes have no content.
                break;
        }
    }

    private async Task WriteFileAsync(string path, TarEntry entry, CancellationToken cancellationToken)
    {
        await using var file = Create(path);
        if (entry is { DataStream: { } small, Length: <= AtOnce })
        {
            var content = new byte[entry.Length];
            await small.ReadExactlyAsync(content, cancellationToken).ConfigureAwait(false);
            file.Write(content);
        }
        else if (entry.DataStream is { } data)
        {
            await data.CopyToAsync(file, AtOnce, cancellationToken).ConfigureAwait(false);
        }

        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(file.SafeFileHandle, ModeOf(entry, folder: false));
        File.SetLastWriteTimeUtc(file.SafeFileHandle, entry.ModificationTime.UtcDateTime);
    }

    /// <summary>Makes the file in the place of what is there, which is looked at only if something is.</summary>
    private static FileStream Create(string path)
    {
        try
        {
            return New();
        }
        catch (IOException) when (Path.Exists(path) || new FileInfo(path).LinkTarget is not null)
        {
            Clear(path);
            return New();
        }

        FileStream New() => new(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1);
    }

    private void MakeLink(string path, TarEntry entry)
    {
        var target = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, entry.LinkName));
        if (Path.IsPathRooted(entry.LinkName) || !IsInside(target)) throw Refused(entry, $"is a link to {entry.LinkName}, outside of the folder");
        Clear(path);
        File.CreateSymbolicLink(path, entry.LinkName);
    }

    private string Resolve(string name)
    {
        var path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(Path.Combine(_root, name)));
        if (Path.IsPathRooted(name) || !IsInside(path)) throw new IOException($"the machine sent the path {name}, which leads out of {_root}: refused");
        if (_known is not null && Path.GetDirectoryName(path) == _known) return path;
        // A link made before must not be written through, wherever it leads: later links can change its meaning.
        for (var parent = Path.GetDirectoryName(path)!; path != _root && parent.Length > _root.Length; parent = Path.GetDirectoryName(parent)!)
        {
            if (new DirectoryInfo(parent).LinkTarget is not null) throw new IOException($"the machine sent the path {name}, which leads through a link: refused");
        }

        if (path != _root) MakeFolder(Path.GetDirectoryName(path)!);
        return path;
    }

    private static void MakeFolder(string path)
    {
        if (new FileInfo(path) is { LinkTarget: not null } or { Exists: true }) File.Delete(path);
        Directory.CreateDirectory(path);
    }

    private static void Clear(string path)
    {
        if (new FileInfo(path) is { LinkTarget: not null } or { Exists: true }) File.Delete(path);
        else if (Directory.Exists(path)) Directory.Delete(path, recursive: true);
    }

    private static bool IsPlainFile(string path) => new FileInfo(path) is { Exists: true, LinkTarget: null };

    private bool IsInside(string path) => path == _root || path.StartsWith(_root + '/', StringComparison.Ordinal);

    private UnixFileMode ModeOf(TarEntry entry, bool folder)
    {
        var bits = mode is { } given ? (UnixFileMode)(folder ? given | ((given & 0b100_100_100) >> 2) : given) : entry.Mode & Plain;
        // What was made must stay readable and removable for its maker.
        return bits | UnixFileMode.UserRead | UnixFileMode.UserWrite | (folder ? UnixFileMode.UserExecute : UnixFileMode.None);
    }

    private static void SetMode(string path, UnixFileMode bits)
    {
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, bits);
    }

    private static IOException Refused(TarEntry entry, string why) => new($"the machine sent {entry.Name}, which {why}: refused");
}
