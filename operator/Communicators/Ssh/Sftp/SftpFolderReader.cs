namespace ImageOperator.Communicators.Ssh.Sftp;

/// <summary>Copies a folder from a machine, which need not be honest: nothing is written outside, and no link that leads outside is made.</summary>
internal sealed class SftpFolderReader(SftpFiles files, string root, int? mode)
{
    private readonly string _root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(root));

    public async Task ReadAsync(string source, CancellationToken cancellationToken) => await ReadFolderAsync(source, _root, cancellationToken).ConfigureAwait(false);

    /// <summary>Copies a file: beside its place first.</summary>
    public static async Task ReadFileAsync(SftpFiles files, string source, string path, SftpAttributes found, int? mode, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        if (Directory.Exists(path)) throw new IOException($"{path} is a folder: end the destination with a slash to copy into it");
        var part = Path.Combine(Path.GetDirectoryName(path)!, $".imageoperator-{Guid.NewGuid():N}");
        try
        {
            var file = new FileStream(part, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1);
            await using (file.ConfigureAwait(false)) await files.ReadAsync(source, found.Size, file, cancellationToken).ConfigureAwait(false);
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(part, (UnixFileMode)(mode ?? found.Permissions) | UnixFileMode.UserRead | UnixFileMode.UserWrite);
            File.Move(part, path, overwrite: true);
        }
        finally
        {
            File.Delete(part);
        }
    }

    private async Task ReadFolderAsync(string source, string path, CancellationToken cancellationToken)
    {
        if (path != _root) Clear(path, folder: true);
        Directory.CreateDirectory(path);
        foreach (var (name, attributes) in await files.ListAsync(source, cancellationToken).ConfigureAwait(false))
        {
            if (name.Contains('/', StringComparison.Ordinal) || name.Contains('\0', StringComparison.Ordinal)) throw new IOException($"the machine sent the name {name}, which leads out of {_root}: refused");
            var (from, to) = ($"{source.TrimEnd('/')}/{name}", Path.Combine(path, name));
            if (attributes.IsFolder)
            {
                await ReadFolderAsync(from, to, cancellationToken).ConfigureAwait(false);
                if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(to, FolderMode(attributes));
            }
            else if (attributes.IsLink)
            {
                await MakeLinkAsync(from, to, cancellationToken).ConfigureAwait(false);
            }
            else if (attributes.IsFile)
            {
                Clear(to, folder: false);
                await ReadFileAsync(files, from, to, attributes, mode, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task MakeLinkAsync(string from, string to, CancellationToken cancellationToken)
    {
        var target = await files.ReadLinkAsync(from, cancellationToken).ConfigureAwait(false);
        var full = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(to)!, target));
        if (Path.IsPathRooted(target) || (full != _root && !full.StartsWith(_root + '/', StringComparison.Ordinal)))
            throw new IOException($"the machine sent {from}, which is a link to {target}, outside of the folder: refused");
        Clear(to, folder: false);
        File.CreateSymbolicLink(to, target);
    }

    private static void Clear(string path, bool folder)
    {
        if (new FileInfo(path) is { LinkTarget: not null } or { Exists: true }) File.Delete(path);
        else if (!folder && Directory.Exists(path)) Directory.Delete(path, recursive: true);
    }

    private UnixFileMode FolderMode(SftpAttributes attributes)
    {
        var bits = mode is { } given ? given | ((given & 0b100_100_100) >> 2) : attributes.Permissions;
        return (UnixFileMode)bits | UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    }
}
