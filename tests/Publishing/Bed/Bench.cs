using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ImageOperator.Api.Publishing;

namespace ImageOperator.Publishing.Tests.Bed;

/// <summary>A folder of a test, and images in it.</summary>
public sealed class Bench : IDisposable
{
    internal const int MiB = 1 << 20;

    private static readonly Lazy<string> _authority = new(() =>
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=authority", key, HashAlgorithmName.SHA256).CreateSelfSigned(new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), new(2126, 1, 1, 0, 0, 0, TimeSpan.Zero));
        return certificate.ExportCertificatePem();
    });

    /// <summary>An authority's certificate.</summary>
    internal static string Authority => _authority.Value;

    internal string Folder { get; } = Directory.CreateTempSubdirectory("io-publish-").FullName;

    /// <summary>An image of a size: zeros, and here and there bytes that are the same in each run. The zeros are holes.</summary>
    internal string Image(long size, string name = "disk.raw", int seed = 1)
    {
        var path = Path.Combine(Folder, name);
        var random = new Random(seed);
        using var file = new FileStream(path, FileMode.Create);
        file.SetLength(size);
        var piece = new byte[64 << 10];
        for (long at = 0; at < size; at += Math.Max(size / 5, 3 * MiB))
        {
            random.NextBytes(piece);
            file.Position = at;
            file.Write(piece.AsSpan(0, (int)Math.Min(piece.Length, size - at)));
        }

        return path;
    }

    internal Build Build(string image, PublishEntry entry, string name = "web") => new(Folder) { Image = image, Publish = [entry], Name = name };

    internal static string Sha256(string path)
    {
        using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }

    internal static string Sha256(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
