using System.IO.Compression;
using System.Security.Cryptography;

namespace ImageOperator.Publishing.Files;

/// <summary>What stands in a gzip file, read as it comes.</summary>
internal static class Gunzip
{
    /// <summary>The SHA-256 of the content, in hexadecimal.</summary>
    public static async Task<string> Sha256Async(Payload packed, CancellationToken cancellationToken)
    {
        var file = packed.Open();
        await using (file.ConfigureAwait(false))
        {
            var content = new GZipStream(file, CompressionMode.Decompress);
            await using (content.ConfigureAwait(false)) return Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancellationToken).ConfigureAwait(false));
        }
    }
}
