using System.Globalization;

namespace ImageOperator.Publishing.Gcs;

/// <summary>What the storage says of an object: numbers are texts there.</summary>
internal sealed record GcsObject
{
    public const string Sha256Note = "imageoperator-sha256";
    public const string MarkNote = "imageoperator-build";

    public string? Name { get; init; }

    public string? Generation { get; init; }

    public string? Size { get; init; }

    /// <summary>Big-endian, in Base64.</summary>
    public string? Crc32c { get; init; }

    public string? ContentType { get; init; }

    public string? StorageClass { get; init; }

    public string? KmsKeyName { get; init; }

    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    public long Length() => long.TryParse(Size, CultureInfo.InvariantCulture, out var length) ? length : -1;

    public string? Note(string name) => Metadata?.GetValueOrDefault(name);

    public static string Url(string bucket, string name) => $"gs://{bucket}/{name}";
}

/// <summary>An answer to a rewrite: large objects take several calls.</summary>
internal sealed record GcsRewrite(bool Done, string? RewriteToken);
