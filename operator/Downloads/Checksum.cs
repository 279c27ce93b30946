using System.Security.Cryptography;

namespace ImageOperator.Downloads;

/// <summary>A checksum as specs write it: <c>sha256:…</c> or <c>sha512:…</c>.</summary>
public sealed record Checksum(string Algorithm, string Hex)
{
    private const int BufferSize = 1 << 20;

    public static Checksum Parse(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var (algorithm, hex) = colon < 0 ? ("", text) : (text[..colon], text[(colon + 1)..].ToLowerInvariant());
        var length = algorithm switch { "sha256" => 64, "sha512" => 128, _ => 0 };
        if (hex.Length != length || !hex.All(char.IsAsciiHexDigit)) throw new FormatException($"\"{text}\" is not sha256: or sha512: and the sum in hexadecimal");
        return new(algorithm, hex);
    }

    /// <summary>The name of a file whose content has this sum.</summary>
    public string FileName => $"{Algorithm}-{Hex}";

    public override string ToString() => $"{Algorithm}:{Hex}";

    public IncrementalHash NewHash() => IncrementalHash.CreateHash(Algorithm == "sha512" ? HashAlgorithmName.SHA512 : HashAlgorithmName.SHA256);

    /// <summary>The sum of the same algorithm over what was hashed.</summary>
    public Checksum Of(IncrementalHash hash) => this with { Hex = Convert.ToHexStringLower(hash.GetCurrentHash()) };

    /// <summary>Adds a file's content to a hash.</summary>
    public static async Task AppendFileAsync(IncrementalHash hash, Stream stream, Action<long>? progress, CancellationToken cancellationToken)
    {
        // Reads the next piece while the last one is hashed.
        byte[] current = new byte[BufferSize], next = new byte[BufferSize];
        long done = 0;
        var count = await stream.ReadAsync(current, cancellationToken).ConfigureAwait(false);
        while (count > 0)
        {
            var reading = stream.ReadAsync(next, cancellationToken);
            hash.AppendData(current, 0, count);
            done += count;
            progress?.Invoke(done);
            count = await reading.ConfigureAwait(false);
            (current, next) = (next, current);
        }
    }

    /// <summary>A file's SHA-256.</summary>
    public static async Task<Checksum> OfFileAsync(string path, CancellationToken cancellationToken)
    {
        var kind = new Checksum("sha256", "");
        using var hash = kind.NewHash();
        var stream = Open(path);
        await using (stream.ConfigureAwait(false))
        {
            await AppendFileAsync(hash, stream, progress: null, cancellationToken).ConfigureAwait(false);
        }

        return kind.Of(hash);
    }

    public static FileStream Open(string path) =>
        new(path, new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.Read, Share = FileShare.ReadWrite | FileShare.Delete, BufferSize = 0, Options = FileOptions.SequentialScan });
}
