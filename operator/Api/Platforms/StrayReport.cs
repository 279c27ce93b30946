namespace ImageOperator.Api.Platforms;

/// <summary>What was found on a platform that builds left and no build knows any more.</summary>
public sealed record StrayReport
{
    /// <summary>How many things there were.</summary>
    public int Found { get; init; }

    /// <summary>How many of them were removed.</summary>
    public int Removed { get; init; }

    /// <summary>Some of them, one line each: region, type, ID, the build's UID and what became of it.</summary>
    public IReadOnlyList<string>? Items { get; init; }

    /// <summary>Why the look was not complete.</summary>
    public string? Error { get; init; }
}
