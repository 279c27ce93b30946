using ImageOperator.Downloads;
using Microsoft.Win32.SafeHandles;

namespace ImageOperator.Publishing.Files;

/// <summary>A file whose holes are not read: they would fill the page cache, and take the machine's time.</summary>
internal sealed class SparseFile(string path) : IDisposable
{
    private (long From, long To) _hole;

    public SafeFileHandle Handle { get; } = File.OpenHandle(path, options: FileOptions.Asynchronous);

    /// <summary>Fills the buffer with what of a hole stands at an offset.</summary>
    /// <returns>How many bytes; 0 where there are data, or nothing any more.</returns>
    public int Zeros(long at, Span<byte> buffer)
    {
        if (at < _hole.From || at >= _hole.To)
        {
            var end = RandomAccess.GetLength(Handle);
            if (at >= end) return 0;
            _hole = (at, Math.Min(Posix.NextData(Handle, at), end));
        }

        var count = (int)Math.Min(buffer.Length, _hole.To - at);
        buffer[..count].Clear();
        return count;
    }

    public void Dispose() => Handle.Dispose();
}
