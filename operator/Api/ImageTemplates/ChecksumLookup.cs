using ImageOperator.Api.Schema;

namespace ImageOperator.Api.ImageTemplates;

/// <summary>A file's checksum in a list of checksums, as sha256sum or BSD's tools write it.</summary>
public sealed record ChecksumLookup
{
    /// <summary>The list's URL.</summary>
    [Bounds(Min = 1, Max = 2048)]
    [Pattern("^(https?://|\\$\\().+")]
    public required string Url { get; init; }

    /// <summary>The file's name in the list; may be left out where the list has one sum only.</summary>
    [Bounds(Min = 1, Max = 1024)]
    public string? File { get; init; }
}
