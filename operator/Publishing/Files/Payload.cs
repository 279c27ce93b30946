using System.Buffers;
using System.Security.Cryptography;
using ImageOperator.Downloads;

namespace ImageOperator.Publishing.Files;

/// <summary>Content made of bytes and pieces of files, read from anywhere, never as a whole in memory.</summary>
internal sealed class Payload
{
    private const int BufferSize = 1 << 20;

    private readonly IReadOnlyList<Segment> _segments;

    private Payload(IReadOnlyList<Segment> segments)
    {
        _segments = segments;
        Length = segments.Sum(s => s.Length);
    }

    public long Length { get; }

    public static Payload Of(byte[] bytes) => new([new(bytes, null, bytes.Length)]);

    public static Payload OfFile(string path) => new([new(null, path, new FileInfo(path).Length)]);

    public static Payload Concat(params IEnumerable<Payload> parts) => new([.. parts.SelectMany(p => p._segments)]);

    /// <summary>A stream over a range; it can be read again from its beginning.</summary>
    public Stream Open(long offset, long count) => new PayloadStream(_segments, offset, count);

    public Stream Open() => Open(0, Length);

    /// <summary>Whether a range is known to be zeros without reading it: a hole of a sparse file.</summary>
    public bool IsHole(long offset, long count)
    {
        long start = 0;
        foreach (var segment in _segments)
        {
            if (offset >= start && offset + count <= start + segment.Length && segment.Path is { } path)
            {
                using var file = File.OpenHandle(path, options: FileOptions.RandomAccess);
                return Posix.NextData(file, offset - start) >= offset - start + count;
            }

            start += segment.Length;
        }

        return false;
    }

    /// <summary>The SHA-256 of a range.</summary>
    public async Task<byte[]> HashAsync(long offset, long count, Action<long>? progress, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            var stream = Open(offset, count);
            await using (stream.ConfigureAwait(false))
            {
                long done = 0;
                while (await stream.ReadAsync(buffer.AsMemory(0, BufferSize), cancellationToken).ConfigureAwait(false) is > 0 and var read)
                {
                    hash.AppendData(buffer, 0, read);
                    progress?.Invoke(done += read);
                }
            }

            return hash.GetCurrentHash();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>The SHA-256 of all in hexadecimal.</summary>
    public async Task<string> Sha256Async(CancellationToken cancellationToken) =>
        Convert.ToHexStringLower(await HashAsync(0, Length, progress: null, cancellationToken).ConfigureAwait(false));

    internal sealed record Segment(byte[]? Bytes, string? Path, long Length);
}
