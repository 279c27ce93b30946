namespace ImageOperator.Communicators.Ssh.Sftp;

/// <summary>What a server does with files and folders, as calls. Errors are those that it tells.</summary>
internal sealed class SftpFiles(SftpConnection connection)
{
    private const uint NoSuchFile = 2;
    private const uint EndOfFile = 1;
    private const int Chunk = 32 * 1024;
    private const int MostUnderWay = 64;

    public async Task<SftpAttributes?> FindAsync(string path, bool follow, CancellationToken cancellationToken)
    {
        var answer = await connection.AskAsync(follow ? SftpType.Stat : SftpType.LStat, new SftpWriter().Text(path), cancellationToken).ConfigureAwait(false);
        if (answer.Type == SftpType.Attributes) return answer.Attributes();
        return answer.Type == SftpType.Status && answer.UInt32() == NoSuchFile ? null : throw new IOException($"{path} cannot be looked at: {answer.Text()}");
    }

    /// <summary>Makes a folder and those above it, where they are missing.</summary>
    public async Task MakeFolderAsync(string path, CancellationToken cancellationToken)
    {
        if (path is "" or "/" || await FindAsync(path, follow: true, cancellationToken).ConfigureAwait(false) is { IsFolder: true }) return;
        await MakeFolderAsync(path[..Math.Max(path.TrimEnd('/').LastIndexOf('/'), 0)], cancellationToken).ConfigureAwait(false);
        await DoAsync(SftpType.MkDir, new SftpWriter().Text(path).Mode(null), $"{path} cannot be made", cancellationToken).ConfigureAwait(false);
    }

    public Task SetModeAsync(string path, int mode, CancellationToken cancellationToken) =>
        DoAsync(SftpType.SetStat, new SftpWriter().Text(path).Mode(mode), $"the mode of {path} cannot be set", cancellationToken);

    // OpenSSH takes the two in this order, whatever the draft says.
    public Task LinkAsync(string path, string target, CancellationToken cancellationToken) =>
        DoAsync(SftpType.SymLink, new SftpWriter().Text(target).Text(path), $"the link {path} cannot be made", cancellationToken);

    public Task RemoveAsync(string path, CancellationToken cancellationToken) =>
        DoAsync(SftpType.Remove, new SftpWriter().Text(path), $"{path} cannot be removed", cancellationToken);

    /// <summary>Puts a file in another's place, at once where the server can.</summary>
    public async Task MoveAsync(string from, string to, CancellationToken cancellationToken)
    {
        var answer = await connection.AskAsync(
            SftpType.Extended, new SftpWriter().Text("posix-rename@openssh.com").Text(from).Text(to), cancellationToken).ConfigureAwait(false);
        if (answer.UInt32() == 0) return;
        if (await FindAsync(to, follow: false, cancellationToken).ConfigureAwait(false) is not null) await RemoveAsync(to, cancellationToken).ConfigureAwait(false);
        await DoAsync(SftpType.Rename, new SftpWriter().Text(from).Text(to), $"{from} cannot be moved to {to}", cancellationToken).ConfigureAwait(false);
    }

    public async Task<string> ReadLinkAsync(string path, CancellationToken cancellationToken)
    {
        var answer = await connection.AskAsync(SftpType.ReadLink, new SftpWriter().Text(path), cancellationToken).ConfigureAwait(false);
        if (answer.Type != SftpType.Name || answer.UInt32() != 1) throw new IOException($"the link {path} cannot be read");
        return answer.Text();
    }

    public async Task<IReadOnlyList<(string Name, SftpAttributes Attributes)>> ListAsync(string path, CancellationToken cancellationToken)
    {
        var handle = await OpenAsync(SftpType.OpenDir, new SftpWriter().Text(path), path, cancellationToken).ConfigureAwait(false);
        var items = new List<(string, SftpAttributes)>();
        while (true)
        {
            var answer = await connection.AskAsync(SftpType.ReadDir, new SftpWriter().Bytes(handle), cancellationToken).ConfigureAwait(false);
            if (answer.Type != SftpType.Name) break;
            for (var count = answer.UInt32(); count > 0; count--)
            {
                var name = answer.Text();
                answer.Bytes();
                var attributes = answer.Attributes();
                if (name is not ("." or "..")) items.Add((name, attributes));
            }
        }

        await CloseAsync(handle, path, cancellationToken).ConfigureAwait(false);
        return items;
    }

    /// <summary>Writes a file anew. Zeros are not sent, and become holes.</summary>
    public async Task WriteAsync(string path, Stream content, CancellationToken cancellationToken)
    {
        const uint WriteCreateTruncate = 0x02 | 0x08 | 0x10;
        var handle = await OpenAsync(SftpType.Open, new SftpWriter().Text(path).UInt32(WriteCreateTruncate).Mode(0b110_000_000), path, cancellationToken).ConfigureAwait(false);
        var underWay = new Queue<Task<SftpReader>>();
        var buffer = new byte[Chunk];
        var skipped = false;
        for (ulong at = 0; ;)
        {
            var size = await content.ReadAtLeastAsync(buffer, Chunk, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            // A hole at the end needs its last byte, or the file would be short.
            if (size == 0 && skipped) (size, at, skipped) = (1, at - 1, false);
            else if (size == 0) break;
            else skipped = !buffer.AsSpan(0, size).ContainsAnyExcept((byte)0);
            if (!skipped)
            {
                if (underWay.Count == MostUnderWay) await CheckAsync(underWay.Dequeue(), path, cancellationToken).ConfigureAwait(false);
                underWay.Enqueue(await connection.SendAsync(SftpType.Write, new SftpWriter().Bytes(handle).UInt64(at).Bytes(buffer.AsSpan(0, size)), cancellationToken).ConfigureAwait(false));
            }

            at += (ulong)size;
        }

        while (underWay.Count > 0) await CheckAsync(underWay.Dequeue(), path, cancellationToken).ConfigureAwait(false);
        await CloseAsync(handle, path, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads a file to its end.</summary>
    public async Task ReadAsync(string path, long size, Stream output, CancellationToken cancellationToken)
    {
        const uint Read = 0x01;
        var handle = await OpenAsync(SftpType.Open, new SftpWriter().Text(path).UInt32(Read).Mode(null), path, cancellationToken).ConfigureAwait(false);
        var underWay = new Queue<(long At, Task<SftpReader> Answer)>();
        long asked = 0, got = 0;
        while (true)
        {
            // Asked for ahead as far as the file is known to go; behind that once more, for its end.
            while (underWay.Count < MostUnderWay && (asked < size || underWay.Count == 0))
            {
                underWay.Enqueue((asked, await connection.SendAsync(SftpType.Read, new SftpWriter().Bytes(handle).UInt64((ulong)asked).UInt32(Chunk), cancellationToken).ConfigureAwait(false)));
                asked += Chunk;
            }

            var (at, next) = underWay.Dequeue();
            var answer = await next.WaitAsync(cancellationToken).ConfigureAwait(false);
            if (at != got)
            {
                // An answer before it was short: what follows is asked for anew.
                continue;
            }

            if (answer.Type == SftpType.Data)
            {
                var bytes = answer.Bytes();
                await output.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
                got += bytes.Length;
                if (bytes.Length < Chunk) asked = got;
                continue;
            }

            if (answer.UInt32() != EndOfFile) throw new IOException($"{path} cannot be read: {answer.Text()}");
            break;
        }

        await CloseAsync(handle, path, cancellationToken).ConfigureAwait(false);
    }

    private async Task<byte[]> OpenAsync(SftpType type, SftpWriter fields, string path, CancellationToken cancellationToken)
    {
        var answer = await connection.AskAsync(type, fields, cancellationToken).ConfigureAwait(false);
        if (answer.Type == SftpType.Handle) return answer.Bytes();
        answer.UInt32();
        throw new IOException($"{path} cannot be opened: {answer.Text()}");
    }

    private Task CloseAsync(byte[] handle, string path, CancellationToken cancellationToken) =>
        DoAsync(SftpType.Close, new SftpWriter().Bytes(handle), $"{path} cannot be closed", cancellationToken);

    private static async Task CheckAsync(Task<SftpReader> write, string path, CancellationToken cancellationToken)
    {
        var answer = await write.WaitAsync(cancellationToken).ConfigureAwait(false);
        if (answer.UInt32() != 0) throw new IOException($"{path} cannot be written: {answer.Text()}");
    }

    private async Task DoAsync(SftpType type, SftpWriter fields, string complaint, CancellationToken cancellationToken)
    {
        var answer = await connection.AskAsync(type, fields, cancellationToken).ConfigureAwait(false);
        if (answer.UInt32() != 0) throw new IOException($"{complaint}: {answer.Text()}");
    }
}
