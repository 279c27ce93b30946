namespace ImageOperator.Api.ImageBuilds;

/// <summary>The source image, as resolved.</summary>
public sealed record SourceImage
{
    /// <summary>The platform's ID of the image, or the URL or path of the file.</summary>
    public required string Id { get; init; }

    /// <summary>The image's name, where the platform has names.</summary>
    public string? Name { get; init; }

    /// <summary>What identifies the image's content.</summary>
    public string? Digest { get; init; }
}
