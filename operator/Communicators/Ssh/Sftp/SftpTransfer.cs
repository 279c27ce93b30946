using ImageOperator.Communicators.Ssh.SshNet;
using ImageOperator.Communicators.Ssh.Transfers;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Communicators.Ssh.Sftp;

/// <summary>
/// Copies over SFTP, for guests without tar or without a shell: file by file, so slower. Owners and root need a shell.
/// </summary>
internal sealed class SftpTransfer(ChannelHub hub, FileTransfer transfer)
{
    public async Task UploadAsync(CancellationToken cancellationToken)
    {
        CheckRights();
        using var connection = await SftpConnection.StartAsync(hub, cancellationToken).ConfigureAwait(false);
        var files = new SftpFiles(connection);
        var destination = TransferPaths.Destination(transfer.LocalPath, transfer.RemotePath);
        if (Directory.Exists(transfer.LocalPath)) await SendFolderAsync(files, new DirectoryInfo(transfer.LocalPath), destination.TrimEnd('/'), cancellationToken).ConfigureAwait(false);
        else if (File.Exists(transfer.LocalPath)) await SendFileAsync(files, new FileInfo(transfer.LocalPath), destination, cancellationToken).ConfigureAwait(false);
        else throw new FileNotFoundException($"there is no file or folder {transfer.LocalPath}", transfer.LocalPath);
    }

    public async Task DownloadAsync(CancellationToken cancellationToken)
    {
        CheckRights();
        using var connection = await SftpConnection.StartAsync(hub, cancellationToken).ConfigureAwait(false);
        var files = new SftpFiles(connection);
        var source = transfer.RemotePath.Length > 1 ? transfer.RemotePath.TrimEnd('/') : "/";
        var destination = TransferPaths.Destination(transfer.RemotePath, transfer.LocalPath).TrimEnd('/');
        var found = await files.FindAsync(source, follow: true, cancellationToken).ConfigureAwait(false) ?? throw new IOException($"there is no {source}");
        if (found.IsFolder) await new SftpFolderReader(files, destination, transfer.Mode).ReadAsync(source, cancellationToken).ConfigureAwait(false);
        else if (found.IsFile) await SftpFolderReader.ReadFileAsync(files, source, destination, found, transfer.Mode, cancellationToken).ConfigureAwait(false);
        else throw new IOException($"{source} is neither a file nor a folder");
    }

    private void CheckRights()
    {
        if (transfer.Sudo || transfer.Owner is not null)
            throw new IOException($"copying {transfer.RemotePath} as root, or with an owner, needs a shell and tar on the machine: over SFTP files are the login user's");
    }

    private async Task SendFolderAsync(SftpFiles files, DirectoryInfo folder, string path, CancellationToken cancellationToken)
    {
        var isNew = await files.FindAsync(path, follow: true, cancellationToken).ConfigureAwait(false) is null;
        await files.MakeFolderAsync(path, cancellationToken).ConfigureAwait(false);
        foreach (var item in folder.EnumerateFileSystemInfos().OrderBy(item => item.Name, StringComparer.Ordinal))
        {
            var inner = $"{path}/{item.Name}";
            if (item.LinkTarget is { } target)
            {
                if (await files.FindAsync(inner, follow: false, cancellationToken).ConfigureAwait(false) is not null) await files.RemoveAsync(inner, cancellationToken).ConfigureAwait(false);
                await files.LinkAsync(inner, target, cancellationToken).ConfigureAwait(false);
            }
            else if (item is DirectoryInfo more)
            {
                await SendFolderAsync(files, more, inner, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                await SendFileAsync(files, (FileInfo)item, inner, cancellationToken).ConfigureAwait(false);
            }
        }

        // Last, or a folder without the write bit would take no files; one that was there keeps its own.
        if (isNew) await files.SetModeAsync(path, FolderMode(folder), cancellationToken).ConfigureAwait(false);
    }

    private async Task SendFileAsync(SftpFiles files, FileInfo file, string path, CancellationToken cancellationToken)
    {
        if (await files.FindAsync(path, follow: true, cancellationToken).ConfigureAwait(false) is { IsFolder: true }) throw new IOException($"{path} is a folder");
        var parent = path[..Math.Max(path.LastIndexOf('/'), 0)];
        await files.MakeFolderAsync(parent, cancellationToken).ConfigureAwait(false);
        var part = $"{parent}/.imageoperator-{Guid.NewGuid():N}";
        try
        {
            var content = new FileStream(file.FullName, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 1, FileOptions.SequentialScan);
            await using (content.ConfigureAwait(false)) await files.WriteAsync(part, content, cancellationToken).ConfigureAwait(false);
            await files.SetModeAsync(part, transfer.Mode ?? ((int)file.UnixFileMode & 0b111_111_111), cancellationToken).ConfigureAwait(false);
            await files.MoveAsync(part, path, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await files.RemoveAsync(part, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(5), TimeProvider.System, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }
    }

    private int FolderMode(DirectoryInfo folder) => transfer.Mode is { } bits ? bits | ((bits & 0b100_100_100) >> 2) : (int)folder.UnixFileMode & 0b111_111_111;
}
