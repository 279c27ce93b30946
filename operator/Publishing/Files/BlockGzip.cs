using System.Buffers;
using System.IO.Compression;

namespace ImageOperator.Publishing.Files;

/// <summary>
/// Writes gzip in members of a fixed size, as gunzip and all readers of streams of members take it. Blocks of zeros, read or known to be a hole, are one
/// member that is made once: a sparse disk costs what its data cost. The same content is the same bytes, wherever its holes are.
/// </summary>
internal static class BlockGzip
{
    public const int BlockSize = 32 << 20;

    public static async Task WriteAsync(Payload from, string path, Action<double> progress, CancellationToken cancellationToken)
    {
        var zeros = default(byte[]);
        var buffer = ArrayPool<byte>.Shared.Rent(BlockSize);
        try
        {
            var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 1 << 16);
            await using (file.ConfigureAwait(false))
            {
                for (long offset = 0; offset < from.Length; offset += BlockSize)
                {
                    var count = (int)Math.Min(BlockSize, from.Length - offset);
                    var block = buffer.AsMemory(0, count);
                    if (count == BlockSize && from.IsHole(offset, count)) await file.WriteAsync(zeros ??= Zeros(), cancellationToken).ConfigureAwait(false);
                    else
                    {
                        var stream = from.Open(offset, count);
                        await using (stream.ConfigureAwait(false)) await stream.ReadExactlyAsync(block, cancellationToken).ConfigureAwait(false);
                        if (count == BlockSize && !block.Span.ContainsAnyExcept((byte)0)) await file.WriteAsync(zeros ??= Zeros(), cancellationToken).ConfigureAwait(false);
                        else await MemberAsync(block, file, cancellationToken).ConfigureAwait(false);
                    }

                    progress((double)(offset + count) / from.Length);
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static async Task MemberAsync(ReadOnlyMemory<byte> block, Stream to, CancellationToken cancellationToken)
    {
        var gzip = new GZipStream(to, CompressionLevel.Optimal, leaveOpen: true);
        await using (gzip.ConfigureAwait(false)) await gzip.WriteAsync(block, cancellationToken).ConfigureAwait(false);
    }

    private static byte[] Zeros()
    {
        using var member = new MemoryStream();
        using (var gzip = new GZipStream(member, CompressionLevel.Optimal, leaveOpen: true))
        {
            var piece = new byte[1 << 16];
            for (var left = BlockSize; left > 0; left -= piece.Length) gzip.Write(piece);
        }

        return member.ToArray();
    }
}
