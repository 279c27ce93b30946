using System.Collections.Concurrent;
using System.Security.Cryptography;
using Amazon.S3.Model;
using ImageOperator.Publishing.Files;

namespace ImageOperator.Publishing.S3;

/// <summary>A file in parts of one size. Each is hashed once; holes are hashed once for all.</summary>
internal sealed class S3Parts(Payload payload, long partSize)
{
    private readonly ConcurrentDictionary<int, byte[]> _hashes = [];
    private readonly ConcurrentDictionary<int, PartETag> _sent = [];
    private byte[]? _hole;

    public int Count { get; } = (int)Math.Max(1, (payload.Length + partSize - 1) / partSize);

    /// <summary>What the storage has, in order.</summary>
    public List<PartETag> Sent => [.. _sent.OrderBy(s => s.Key).Select(s => s.Value)];

    public Stream Open(int number) => payload.Open(At(number), Length(number));

    public async Task<byte[]> HashAsync(int number, CancellationToken cancellationToken)
    {
        if (_hashes.TryGetValue(number, out var known)) return known;
        var hole = Length(number) == partSize && payload.IsHole(At(number), partSize);
        if (hole && _hole is not null) return _hashes[number] = _hole;
        var hash = await payload.HashAsync(At(number), Length(number), progress: null, cancellationToken).ConfigureAwait(false);
        if (hole) _hole = hash;
        return _hashes[number] = hash;
    }

    /// <summary>Takes a part that the storage has already, if it is the same: by its SHA-256, else by its MD5.</summary>
    public async Task<bool> TakeAsync(int number, IReadOnlyList<PartDetail> known, CancellationToken cancellationToken)
    {
        if (known.FirstOrDefault(p => p.PartNumber == number && p.Size == Length(number)) is not { } part) return false;
        var sum = Convert.ToBase64String(await HashAsync(number, cancellationToken).ConfigureAwait(false));
        if (part.ChecksumSHA256 is { Length: > 0 } theirs ? theirs != sum : part.ETag?.Trim('"') != await Md5Async(number, cancellationToken).ConfigureAwait(false)) return false;
        Put(number, part.ETag!, sum);
        return true;
    }

    public void Put(int number, string etag, string sum) => _sent[number] = new() { PartNumber = number, ETag = etag, ChecksumSHA256 = sum };

    /// <summary>As S3 computes it: the hash over the parts' hashes.</summary>
    public async Task<string> CompositeAsync(CancellationToken cancellationToken)
    {
        using var all = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var number = 1; number <= Count; number++) all.AppendData(await HashAsync(number, cancellationToken).ConfigureAwait(false));
        return Convert.ToBase64String(all.GetCurrentHash());
    }

    // What storages without SHA-256 say of a part; nothing is protected by it, it is only found again.
#pragma warning disable CA5351
    private async Task<string> Md5Async(int number, CancellationToken cancellationToken)
    {
        var content = Open(number);
        await using (content.ConfigureAwait(false)) return Convert.ToHexStringLower(await MD5.HashDataAsync(content, cancellationToken).ConfigureAwait(false));
    }
#pragma warning restore CA5351

    private long At(int number) => (number - 1) * partSize;

    private long Length(int number) => Math.Min(partSize, payload.Length - At(number));
}
