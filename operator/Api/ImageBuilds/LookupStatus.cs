namespace ImageOperator.Api.ImageBuilds;

/// <summary>What a look-up found. Later attempts take it from here.</summary>
public sealed record LookupStatus
{
    /// <summary>The look-up's name.</summary>
    public required string Name { get; init; }

    /// <summary>The value as JSON; unset if it is sensitive.</summary>
    public string? Value { get; init; }

    /// <summary>The first 16 hexadecimal digits of its SHA-256; if it is sensitive, those of a keyed hash.</summary>
    public required string Digest { get; init; }

    /// <summary>When it was found.</summary>
    public DateTimeOffset? Time { get; init; }
}
