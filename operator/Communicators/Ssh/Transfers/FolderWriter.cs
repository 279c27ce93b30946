using System.Formats.Tar;

namespace ImageOperator.Communicators.Ssh.Transfers;

/// <summary>Writes a folder's content as a tar stream, in GNU's format: busybox knows it, and its names may be long.</summary>
internal sealed class FolderWriter(int? mode, (string User, int Uid, string Group, int Gid) owner)
{
    /// <summary>Files up to this size are read at once: reads of a file stream pass the thread pool one by one, which costs more than the reading.</summary>
    private const int AtOnce = 256 * 1024;

    private const UnixFileMode Plain = (UnixFileMode)0b111_111_111;

    public async Task WriteAsync(string folder, Stream output, CancellationToken cancellationToken)
    {
        await using var tar = new TarWriter(output, TarEntryFormat.Gnu, leaveOpen: true);
        await WriteContentAsync(tar, new DirectoryInfo(folder), "", cancellationToken).ConfigureAwait(false);
    }

    private async Task WriteContentAsync(TarWriter tar, DirectoryInfo folder, string prefix, CancellationToken cancellationToken)
    {
        foreach (var item in folder.EnumerateFileSystemInfos().OrderBy(item => item.Name, StringComparer.Ordinal))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var name = prefix + item.Name;
            if (item.LinkTarget is { } target)
            {
                await WriteAsync(tar, new GnuTarEntry(TarEntryType.SymbolicLink, name) { LinkName = target }, item, cancellationToken).ConfigureAwait(false);
            }
            else if (item is DirectoryInfo inner)
            {
                await WriteAsync(tar, new GnuTarEntry(TarEntryType.Directory, name + '/'), item, cancellationToken).ConfigureAwait(false);
                await WriteContentAsync(tar, inner, name + '/', cancellationToken).ConfigureAwait(false);
            }
            else
            {
                await using var content = Open(item.FullName);
                await WriteAsync(tar, new GnuTarEntry(TarEntryType.RegularFile, name) { DataStream = content }, item, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private static Stream Open(string path)
    {
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 1, FileOptions.SequentialScan);
        if (file.Length > AtOnce) return file;
        using (file)
        {
            var content = new byte[file.Length];
            return new MemoryStream(content, 0, file.ReadAtLeast(content, content.Length, throwOnEndOfStream: false), writable: false);
        }
    }

    private async Task WriteAsync(TarWriter tar, GnuTarEntry entry, FileSystemInfo item, CancellationToken cancellationToken)
    {
        (entry.UserName, entry.Uid, entry.GroupName, entry.Gid) = owner;
        entry.ModificationTime = item.LastWriteTimeUtc;
        if (entry.EntryType != TarEntryType.SymbolicLink) entry.Mode = ModeOf(item, entry.EntryType == TarEntryType.Directory);
        await tar.WriteEntryAsync(entry, cancellationToken).ConfigureAwait(false);
    }

    private UnixFileMode ModeOf(FileSystemInfo item, bool folder)
    {
        if (mode is not { } bits) return item.UnixFileMode & Plain;
        // Who may read a folder may search it.
        return (UnixFileMode)(folder ? bits | ((bits & 0b100_100_100) >> 2) : bits);
    }
}
