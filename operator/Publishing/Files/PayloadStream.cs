namespace ImageOperator.Publishing.Files;

/// <summary>Reads a range of segments.</summary>
internal sealed class PayloadStream(IReadOnlyList<Payload.Segment> segments, long offset, long count) : Stream
{
    private readonly Dictionary<string, SparseFile> _files = [];
    private long _position;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => count;

    public override long Position { get => _position; set => _position = value; }

    public override int Read(Span<byte> buffer)
    {
        if (Find(buffer.Length) is not { } piece) return 0;
        if (piece.Segment.Bytes is { } bytes) return Advance(piece, Copy(bytes, piece, buffer));
        var file = File(piece.Segment.Path!);
        return Advance(piece, file.Zeros(piece.At, buffer[..piece.Count]) is > 0 and var zeros ? zeros : RandomAccess.Read(file.Handle, buffer[..piece.Count], piece.At));
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (Find(buffer.Length) is not { } piece) return 0;
        if (piece.Segment.Bytes is { } bytes) return Advance(piece, Copy(bytes, piece, buffer.Span));
        var file = File(piece.Segment.Path!);
        if (file.Zeros(piece.At, buffer.Span[..piece.Count]) is > 0 and var zeros) return Advance(piece, zeros);
        return Advance(piece, await RandomAccess.ReadAsync(file.Handle, buffer[..piece.Count], piece.At, cancellationToken).ConfigureAwait(false));
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override long Seek(long offset, SeekOrigin origin) => _position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => _position + offset,
        _ => Length + offset,
    };

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            foreach (var file in _files.Values) file.Dispose();
            _files.Clear();
        }

        base.Dispose(disposing);
    }

    private (Payload.Segment Segment, long At, int Count)? Find(int wanted)
    {
        var left = Math.Min(wanted, count - _position);
        var at = offset + _position;
        foreach (var segment in segments)
        {
            if (left <= 0) return null;
            if (at < segment.Length) return (segment, at, (int)Math.Min(left, segment.Length - at));
            at -= segment.Length;
        }

        return null;
    }

    private static int Copy(byte[] bytes, (Payload.Segment, long At, int Count) piece, Span<byte> to)
    {
        bytes.AsSpan((int)piece.At, piece.Count).CopyTo(to);
        return piece.Count;
    }

    private int Advance((Payload.Segment Segment, long, int) piece, int read)
    {
        // A range that was promised and is not there any more must not pass for its end.
        if (read == 0) throw new EndOfStreamException($"{piece.Segment.Path} has become shorter while it was read");
        _position += read;
        return read;
    }

    private SparseFile File(string path)
    {
        if (!_files.TryGetValue(path, out var file)) _files[path] = file = new SparseFile(path);
        return file;
    }
}
