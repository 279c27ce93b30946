using System.Buffers;
using ImageOperator.Publishing.Files;

namespace ImageOperator.Publishing.AzureBlob;

/// <summary>The ranges of a file that are not zero, in whole pages.</summary>
internal static class Pages
{
    public const int Size = 512;

    /// <summary>The most that one call may write.</summary>
    public const int Chunk = 4 << 20;

    /// <summary>Zeros between two ranges that are sent all the same: a call costs more.</summary>
    private const int SmallGap = 64 << 10;

    public static int Chunks(long length) => (int)((length + Chunk - 1) / Chunk);

    /// <summary>Reads one chunk, and gives each of its ranges to a function, with where it stands in the file.</summary>
    /// <returns>The ranges.</returns>
    public static async Task<IReadOnlyList<PageRange>> ReadAsync(Payload payload, int number, Func<PageRange, ReadOnlyMemory<byte>, Task>? each, CancellationToken cancellationToken)
    {
        var at = (long)number * Chunk;
        var count = (int)Math.Min(Chunk, payload.Length - at);
        if (payload.IsHole(at, count)) return [];
        var buffer = ArrayPool<byte>.Shared.Rent(count);
        try
        {
            var content = payload.Open(at, count);
            await using (content.ConfigureAwait(false)) await content.ReadExactlyAsync(buffer.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
            var ranges = RangesOf(buffer.AsSpan(0, count)).Select(r => new PageRange(at + r.Offset, r.Length)).ToList();
            if (each is not null)
            {
                foreach (var range in ranges) await each(range, buffer.AsMemory((int)(range.Offset - at), (int)range.Length)).ConfigureAwait(false);
            }

            return ranges;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Ranges that touch are one.</summary>
    public static IReadOnlyList<PageRange> Merge(IEnumerable<PageRange> ranges)
    {
        var merged = new List<PageRange>();
        foreach (var range in ranges.OrderBy(r => r.Offset))
        {
            if (merged.Count > 0 && merged[^1].End >= range.Offset) merged[^1] = merged[^1] with { Length = Math.Max(merged[^1].End, range.End) - merged[^1].Offset };
            else merged.Add(range);
        }

        return merged;
    }

    private static List<PageRange> RangesOf(ReadOnlySpan<byte> chunk)
    {
        var ranges = new List<PageRange>();
        for (var at = 0; at < chunk.Length; at += Size)
        {
            if (!chunk[at..(at + Size)].ContainsAnyExcept((byte)0)) continue;
            if (ranges.Count > 0 && at - ranges[^1].End <= SmallGap) ranges[^1] = ranges[^1] with { Length = at + Size - ranges[^1].Offset };
            else ranges.Add(new(at, Size));
        }

        return ranges;
    }
}

/// <summary>A range of pages, in bytes.</summary>
internal readonly record struct PageRange(long Offset, long Length)
{
    public long End => Offset + Length;
}
