using System.Globalization;
using ImageOperator.Communicators.Ssh.Commands;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Communicators.Ssh.Transfers;

/// <summary>Copies to the machine.</summary>
internal sealed class Upload(ScriptRunner scripts, FileTransfer transfer, TimeProvider time)
{
    private const int BufferSize = 256 * 1024;
    private static readonly TimeSpan RemovalTime = TimeSpan.FromSeconds(10);
    private readonly bool _sudo = transfer.Sudo || transfer.Owner is not null;
    private readonly string _part = $".imageoperator-{Guid.NewGuid():N}";
    private readonly string _destination = TransferPaths.Destination(transfer.LocalPath, transfer.RemotePath);

    /// <summary>Removes what a try left that broke off, over another session: the guest may not have noticed yet.</summary>
    public Task RemovePartAsync(ScriptRunner other, CancellationToken cancellationToken) => Directory.Exists(transfer.LocalPath)
        ? Task.CompletedTask
        : other.SendAsync(
            Quoting.Script("rm -f -- \"${1%/*}/$2\"", _sudo, _destination, _part), (_, _) => Task.CompletedTask, Subject, cancellationToken);

    public Task RunAsync(CancellationToken cancellationToken)
    {
        if (Directory.Exists(transfer.LocalPath)) return SendFolderAsync(cancellationToken);
        if (File.Exists(transfer.LocalPath)) return SendFileAsync(cancellationToken);
        throw new FileNotFoundException($"there is no file or folder {transfer.LocalPath}", transfer.LocalPath);
    }

    private async Task SendFileAsync(CancellationToken cancellationToken)
    {
        await using var file = new FileStream(transfer.LocalPath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 1, FileOptions.SequentialScan);
        var size = file.Length;
        var mode = transfer.Mode ?? (OperatingSystem.IsWindows() ? 0b110_100_100 : (int)File.GetUnixFileMode(file.SafeFileHandle) & 0b111_111_111);
        var pieces = SparseFile.Pieces(file.SafeFileHandle, size);
        try
        {
            await scripts.SendAsync(
                Quoting.Script(
                    TransferScripts.ReceiveFile, _sudo,
                    _destination, size.ToString(CultureInfo.InvariantCulture), Convert.ToString(mode, 8), transfer.Owner ?? "", _part, pieces is null ? "" : "sparse"),
                (input, token) => pieces is null ? file.CopyToAsync(input, BufferSize, token) : SparseFile.WriteAsync(file, pieces, input, token),
                Subject,
                cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // What had to be killed has not removed it itself.
            using var limit = new CancellationTokenSource(RemovalTime, time);
            await RemovePartAsync(scripts, limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }
    }

    private async Task SendFolderAsync(CancellationToken cancellationToken)
    {
        var writer = new FolderWriter(transfer.Mode, await ResolveOwnerAsync(cancellationToken).ConfigureAwait(false));
        await scripts.SendAsync(
            Quoting.Script(TransferScripts.ReceiveFolder, _sudo, _destination, transfer.Owner is null ? "" : "root"),
            async (input, token) =>
            {
                // A tar writer writes headers of 512 bytes: gathered, or each would be a packet.
                await using var gathered = new BufferedStream(input, BufferSize);
                await writer.WriteAsync(transfer.LocalPath, gathered, token).ConfigureAwait(false);
            },
            Subject,
            cancellationToken).ConfigureAwait(false);
    }

    private async Task<(string User, int Uid, string Group, int Gid)> ResolveOwnerAsync(CancellationToken cancellationToken)
    {
        if (transfer.Owner is null) return ("", 0, "", 0);
        var parts = transfer.Owner.Split(':', 2);
        var (user, group) = (parts[0], parts.Length > 1 ? parts[1] : "");
        var line = await scripts.ReadLineAsync(Quoting.Script(TransferScripts.ResolveOwner, sudo: false, user, group), Subject, cancellationToken).ConfigureAwait(false);
        var ids = line.Split(' ');
        return (user, int.Parse(ids[0], CultureInfo.InvariantCulture), group, int.Parse(ids[1], CultureInfo.InvariantCulture));
    }

    private string Subject => $"copying {transfer.LocalPath} to {_destination} on the machine";
}
