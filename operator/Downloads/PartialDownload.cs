using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;

namespace ImageOperator.Downloads;

/// <summary>A file on its way: its bytes so far, their hash, and what the server calls the version that they are of.</summary>
public sealed class PartialDownload(string path, Checksum kind) : IDisposable
{
    private readonly string _versionFile = path + ".json";
    private FileStream? _stream;
    private IncrementalHash _hash = kind.NewHash();
    private Version _version = new(null, null);

    public string Path { get; } = path;

    public long Length => _stream?.Length ?? 0;

    /// <summary>The whole file's size, where the server told it.</summary>
    public long? Total { get; private set; }

    /// <summary>Opens the file and hashes what is there.</summary>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        if (_stream is not null) return;
        _stream = new FileStream(Path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0);
        _version = ReadVersion();
        await Checksum.AppendFileAsync(_hash, _stream, progress: null, cancellationToken).ConfigureAwait(false);
    }

    public Checksum Sum() => kind.Of(_hash);

    /// <summary>Asks only for what is missing, if the file is still of the same version.</summary>
    public void AskForRest(HttpRequestMessage request)
    {
        if (Length == 0) return;
        request.Headers.Range = new RangeHeaderValue(Length, null);
        if (_version.Tag is { } tag && EntityTagHeaderValue.TryParse(tag, out var etag) && !etag.IsWeak) request.Headers.IfRange = new(etag);
        else if (_version.Modified is { } modified) request.Headers.IfRange = new(modified);
    }

    /// <summary>Takes an answer's head: starts over if the server sends the file from its beginning.</summary>
    public void Accept(HttpResponseMessage response)
    {
        var range = response.Content.Headers.ContentRange;
        if (response.StatusCode == HttpStatusCode.PartialContent && range?.From == Length)
        {
            Total = range.Length ?? Total;
            return;
        }

        if (response.StatusCode == HttpStatusCode.PartialContent) throw new IOException($"the server sends bytes from {range?.From}, not from {Length}");
        Restart();
        Total = response.Content.Headers.ContentLength;
        _version = new(response.Headers.ETag?.ToString(), response.Content.Headers.LastModified);
        File.WriteAllBytes(_versionFile, JsonSerializer.SerializeToUtf8Bytes(_version));
    }

    public async Task AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        var writing = Open.WriteAsync(bytes, cancellationToken);
        _hash.AppendData(bytes.Span);
        await writing.ConfigureAwait(false);
    }

    /// <summary>Forgets all bytes.</summary>
    public void Restart()
    {
        Open.SetLength(0);
        Open.Position = 0;
        _hash.Dispose();
        _hash = kind.NewHash();
        Total = null;
    }

    /// <summary>Makes the file durable and gives it its name.</summary>
    public void Publish(string name)
    {
        Open.Flush(flushToDisk: true);
        File.SetUnixFileMode(Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        File.Move(Path, name, overwrite: true);
        Posix.SyncDirectory(System.IO.Path.GetDirectoryName(name)!);
        File.Delete(_versionFile);
    }

    public void Delete()
    {
        Dispose();
        File.Delete(Path);
        File.Delete(_versionFile);
    }

    public void Dispose()
    {
        _stream?.Dispose();
        _stream = null;
        _hash.Dispose();
    }

    private FileStream Open => _stream ?? throw new InvalidOperationException("the file is not open");

    private Version ReadVersion()
    {
        try
        {
            return JsonSerializer.Deserialize<Version>(File.ReadAllBytes(_versionFile)) ?? new(null, null);
        }
        catch (Exception e) when (e is IOException or JsonException)
        {
            return new(null, null);
        }
    }

    internal sealed record Version(string? Tag, DateTimeOffset? Modified);
}
