using System.IO.Pipelines;
using System.Text;
using ImageOperator.Communicators.Ssh.Commands;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Communicators.Ssh.Transfers;

/// <summary>Copies from the machine.</summary>
internal sealed class Download(ScriptRunner scripts, FileTransfer transfer)
{
    private const int LongestHeader = 100;
    private readonly string _destination = TransferPaths.Destination(transfer.RemotePath, transfer.LocalPath);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        // The writer waits when the disk is slower than the line; then the channel's window holds the machine back.
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 4 * 1024 * 1024, resumeWriterThreshold: 2 * 1024 * 1024, useSynchronizationContext: false));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var storing = StoreAsync(pipe.Reader, stop.Token);
        try
        {
            await scripts.ReceiveAsync(
                Quoting.Script(TransferScripts.Send, transfer.Sudo, transfer.RemotePath.Length > 1 ? transfer.RemotePath.TrimEnd('/') : "/"),
                async bytes =>
                {
                    var result = await pipe.Writer.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
                    if (result.IsCompleted) throw new EndOfInputException();
                },
                $"copying {transfer.RemotePath} from the machine",
                cancellationToken).ConfigureAwait(false);
            await pipe.Writer.CompleteAsync().ConfigureAwait(false);
        }
        catch (Exception error)
        {
            await pipe.Writer.CompleteAsync(error).ConfigureAwait(false);
            await storing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            // A disk that is full ended the stream: then that is the cause.
            if (error is EndOfInputException) await storing.ConfigureAwait(false);
            throw;
        }

        await storing.ConfigureAwait(false);
    }

    private async Task StoreAsync(PipeReader reader, CancellationToken cancellationToken)
    {
        try
        {
            var header = await ReadHeaderAsync(reader, cancellationToken).ConfigureAwait(false);
            await using var content = reader.AsStream(leaveOpen: true);
            if (header == "folder") await new FolderReader(_destination, transfer.Mode).ReadAsync(content, cancellationToken).ConfigureAwait(false);
            else await StoreFileAsync(content, Convert.ToInt32(header["file ".Length..], 8), cancellationToken).ConfigureAwait(false);
            // tar's padding: read to the end, or the machine would be cut off.
            await content.CopyToAsync(Stream.Null, cancellationToken).ConfigureAwait(false);
            await reader.CompleteAsync().ConfigureAwait(false);
        }
        catch (Exception error)
        {
            await reader.CompleteAsync(error).ConfigureAwait(false);
            throw;
        }
    }

    private async Task StoreFileAsync(Stream content, int remoteMode, CancellationToken cancellationToken)
    {
        var folder = Path.GetDirectoryName(_destination)!;
        Directory.CreateDirectory(folder);
        if (Directory.Exists(_destination)) throw new IOException($"{_destination} is a folder: end the destination with a slash to copy into it");
        var part = Path.Combine(folder, $".imageoperator-{Guid.NewGuid():N}");
        try
        {
            await using (var file = new FileStream(part, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1))
                await SparseFile.StoreAsync(content, file, cancellationToken).ConfigureAwait(false);
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(part, (UnixFileMode)((transfer.Mode ?? remoteMode) & 0b111_111_111) | UnixFileMode.UserRead | UnixFileMode.UserWrite);
            File.Move(part, _destination, overwrite: true);
        }
        finally
        {
            File.Delete(part);
        }
    }

    private static async Task<string> ReadHeaderAsync(PipeReader reader, CancellationToken cancellationToken)
    {
        while (true)
        {
            var result = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            var buffer = result.Buffer;
            var first = buffer.Slice(0, Math.Min(buffer.Length, LongestHeader));
            var text = Encoding.ASCII.GetString(System.Buffers.BuffersExtensions.ToArray(first));
            var end = text.IndexOf('\n', StringComparison.Ordinal);
            if (end >= 0)
            {
                reader.AdvanceTo(buffer.GetPosition(end + 1));
                return text[..end];
            }

            if (result.IsCompleted || text.Length == LongestHeader) throw new IOException($"the machine answers with something else than a file: {text}");
            reader.AdvanceTo(buffer.Start, buffer.End);
        }
    }
}
