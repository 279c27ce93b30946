using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ImageOperator.Publishing.Files;

namespace ImageOperator.Publishing.AzureBlob;

/// <summary>
/// A file in blocks of one size, each named by its number, its build and its SHA-256: what the storage lists tells what it has. All names have the
/// same length, as Azure wants it. Each block is hashed once; holes are hashed once for all.
/// </summary>
internal sealed class AzureBlocks(Place place, Payload payload, long blockSize)
{
    private const int BufferSize = 1 << 20;

    private readonly ConcurrentDictionary<int, Block> _known = [];
    private readonly string _tag = TagOf(place);
    private (byte[] Md5, byte[] Sha256)? _hole;

    public int Count { get; } = (int)((payload.Length + blockSize - 1) / blockSize);

    public Stream Open(int number) => payload.Open(At(number), Length(number));

    public async Task<Block> GetAsync(int number, CancellationToken cancellationToken)
    {
        if (_known.TryGetValue(number, out var known)) return known;
        var hole = Length(number) == blockSize && payload.IsHole(At(number), blockSize);
        var sums = hole && _hole is { } sum ? sum : await HashAsync(number, cancellationToken).ConfigureAwait(false);
        if (hole) _hole = sums;
        var text = string.Create(CultureInfo.InvariantCulture, $"{number:D5}-{_tag}-{Convert.ToBase64String(sums.Sha256)}");
        return _known[number] = new(Convert.ToBase64String(Encoding.ASCII.GetBytes(text)), Length(number), sums.Md5);
    }

    /// <summary>All of them, in order.</summary>
    public async Task<IReadOnlyList<Block>> AllAsync(CancellationToken cancellationToken)
    {
        var all = new List<Block>(Count);
        for (var number = 0; number < Count; number++) all.Add(await GetAsync(number, cancellationToken).ConfigureAwait(false));
        return all;
    }

    /// <summary>Whether a block that the storage lists was sent by this build.</summary>
    public static bool IsOf(Place place, string name)
    {
        var text = new byte[name.Length];
        return Convert.TryFromBase64String(name, text, out var count) && Encoding.ASCII.GetString(text, 0, count).Split('-', 3) is [_, var tag, _] && tag == TagOf(place);
    }

    private static string TagOf(Place place) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(place.Mark)))[..8];

    // MD5 is what the storage compares on arrival; it protects nothing.
#pragma warning disable CA5351
    private async Task<(byte[] Md5, byte[] Sha256)> HashAsync(int number, CancellationToken cancellationToken)
    {
        using var md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        using var sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[BufferSize];
        var content = Open(number);
        await using (content.ConfigureAwait(false))
        {
            while (await content.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is > 0 and var read)
            {
                md5.AppendData(buffer, 0, read);
                sha256.AppendData(buffer, 0, read);
            }
        }

        return (md5.GetCurrentHash(), sha256.GetCurrentHash());
    }
#pragma warning restore CA5351

    private long At(int number) => number * blockSize;

    private long Length(int number) => Math.Min(blockSize, payload.Length - At(number));

    internal sealed record Block(string Name, long Length, byte[] Md5);
}
