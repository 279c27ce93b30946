using ImageOperator.Api.Schema;

namespace ImageOperator.Api.Targets.Azure;

/// <summary>Who is named in an image definition. The three together are unique in a gallery.</summary>
public sealed record AzureImageIdentifier
{
    private const string NamePattern = "^[A-Za-z0-9][A-Za-z0-9_.-]*$";

    /// <summary>The publisher.</summary>
    [Bounds(Min = 1, Max = 128)]
    [Pattern(NamePattern)]
    public required string Publisher { get; init; }

    /// <summary>The offer.</summary>
    [Bounds(Min = 1, Max = 64)]
    [Pattern(NamePattern)]
    public required string Offer { get; init; }

    /// <summary>The SKU.</summary>
    [Bounds(Min = 1, Max = 64)]
    [Pattern(NamePattern)]
    public required string Sku { get; init; }
}
