using System.IO.Compression;

namespace ImageOperator.Builder.Logging;

/// <summary>
/// The whole of a log that is too long for the operator to keep: a gzip file in the target's output store. Until it is that long it stands in memory, compressed.
/// It never fails a build.
/// </summary>
/// <param name="keptBytes">What the operator keeps, compressed.</param>
internal sealed class StoredLog(int keptBytes) : IDisposable
{
    /// <summary>Most bytes of the file, some 100 MB of lines. As text it stays below the 10 MiB at which kubelets cut the log of the pod that reads it.</summary>
    public const int MostBytes = 7 << 20;

    private const int FlushEvery = 64 << 10;

    /// <summary>The operator reads no more than 16 times of what it keeps.</summary>
    private const int Shrinkage = 12;

    private static readonly byte[] _cut =
        """{"level":"warning","event":"cut","message":"the log was too long to be stored whole: what follows is left out"}"""u8.ToArray();

    private readonly Lock _gate = new();
    private readonly MemoryStream _pending = new();
    private GZipStream? _gzip;
    private FileStream? _file;
    private string? _path;
    private long _lines;
    private long _flushedLines;
    private bool _over;

    /// <summary>Why it is not stored, if it should be.</summary>
    public string? Problem { get; private set; }

    private bool IsTooLong => _pending.Length > keptBytes / 4 * 3 || _lines > (long)keptBytes * Shrinkage;

    /// <summary>Where the file is to be.</summary>
    public void StoreIn(string path)
    {
        lock (_gate) _path = path;
    }

    public void Write(ReadOnlySpan<byte> line)
    {
        lock (_gate)
        {
            if (_over) return;
            try
            {
                _gzip ??= new(_pending, CompressionLevel.Optimal, leaveOpen: true);
                _gzip.Write(line);
                _lines += line.Length;
                if (_lines - _flushedLines >= FlushEvery) Flush();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                GiveUp(e.Message);
            }
        }
    }

    /// <summary>Ends the file.</summary>
    /// <returns>Whether there is one: the log was too long for a ConfigMap.</returns>
    public bool Complete()
    {
        lock (_gate)
        {
            if (_over) return _file is not null;
            _over = true;
            try
            {
                _gzip?.Dispose();
                if (_file is null && !IsTooLong) return false;
                Save();
                _file?.Flush(flushToDisk: true);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                GiveUp(e.Message);
            }

            return _file is not null;
        }
    }

    public void Dispose()
    {
        Complete();
        _file?.Dispose();
        _pending.Dispose();
    }

    private void Flush()
    {
        _flushedLines = _lines;
        _gzip!.Flush();
        if (_file is not null || IsTooLong) Save();
        // Room for what compresses badly until the next look.
        if ((_file?.Length ?? _pending.Length) <= MostBytes - (2 * FlushEvery)) return;
        if (_file is null)
        {
            GiveUp("nobody said where");
            return;
        }

        _gzip.Write([.. _cut, (byte)'\n']);
        Complete();
    }

    private void Save()
    {
        if (_path is null) return;
        if (_file is null)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
            _file = new(_path, FileMode.Create, FileAccess.Write, FileShare.Read);
        }

        _pending.WriteTo(_file);
        _file.Flush();
        _pending.SetLength(0);
    }

    private void GiveUp(string problem)
    {
        _over = true;
        Problem = problem;
        _pending.SetLength(0);
        _file?.Dispose();
        _file = null;
    }
}
