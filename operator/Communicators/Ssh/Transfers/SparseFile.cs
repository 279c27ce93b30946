using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace ImageOperator.Communicators.Ssh.Transfers;

/// <summary>Files with holes: only their data is sent, and holes are made again where zeros come.</summary>
internal static partial class SparseFile
{
    /// <summary>The unit of pieces.</summary>
    public const int Block = 64 * 1024;

    /// <summary>Pieces with less between them are one: each costs the guest a process.</summary>
    private const long LeastGap = 1024 * 1024;

    private const int SeekData = 3;
    private const int SeekHole = 4;

    /// <summary>A run of blocks.</summary>
    internal readonly record struct Piece(long First, long Count);

    /// <summary>The blocks that have data; null where the file is not sparse, or nothing is known of it.</summary>
    public static IReadOnlyList<Piece>? Pieces(SafeFileHandle file, long size)
    {
        if (!OperatingSystem.IsLinux() || size < 2 * LeastGap) return null;
        var pieces = new List<Piece>();
        var kept = 0L;
        for (var at = 0L; at < size;)
        {
            var start = Seek(file, at, SeekData);
            // Behind the last data there is a hole to the end.
            if (start < 0) break;
            var end = Seek(file, start, SeekHole);
            if (end < 0) return null;
            var first = start / Block;
            var count = ((Math.Min(end, size) + Block - 1) / Block) - first;
            if (pieces.Count > 0 && (first - (pieces[^1].First + pieces[^1].Count)) * Block < LeastGap) pieces[^1] = pieces[^1] with { Count = first + count - pieces[^1].First };
            else pieces.Add(new(first, count));
            at = end;
        }

        foreach (var piece in pieces) kept += piece.Count * Block;
        return size - kept < LeastGap ? null : pieces;
    }

    /// <summary>Writes the pieces, each behind a line that says where it belongs; the last block is filled with zeros.</summary>
    public static async Task WriteAsync(FileStream file, IReadOnlyList<Piece> pieces, Stream output, CancellationToken cancellationToken)
    {
        var buffer = new byte[Block];
        foreach (var piece in pieces)
        {
            await output.WriteAsync(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{piece.First} {piece.Count}\n")), cancellationToken).ConfigureAwait(false);
            for (var block = piece.First; block < piece.First + piece.Count; block++)
            {
                var filled = 0;
                for (var read = 1; filled < Block && read > 0; filled += read)
                    read = await RandomAccess.ReadAsync(file.SafeFileHandle, buffer.AsMemory(filled), (block * Block) + filled, cancellationToken).ConfigureAwait(false);
                buffer.AsSpan(filled).Clear();
                await output.WriteAsync(buffer, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Stores a stream; blocks of zeros become holes.</summary>
    public static async Task StoreAsync(Stream content, FileStream file, CancellationToken cancellationToken)
    {
        var buffer = new byte[Block];
        for (long size = 0; ; size += Block)
        {
            var filled = await content.ReadAtLeastAsync(buffer, Block, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            var block = buffer.AsMemory(0, filled);
            if (block.Span.ContainsAnyExcept((byte)0)) await RandomAccess.WriteAsync(file.SafeFileHandle, block, size, cancellationToken).ConfigureAwait(false);
            if (filled == Block) continue;
            RandomAccess.SetLength(file.SafeFileHandle, size + filled);
            return;
        }
    }

    [LibraryImport("libc", EntryPoint = "lseek", SetLastError = true)]
    private static partial long Seek(SafeFileHandle file, long offset, int kind);
}
