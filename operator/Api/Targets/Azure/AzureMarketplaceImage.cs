using ImageOperator.Api.Schema;

namespace ImageOperator.Api.Targets.Azure;

/// <summary>An image of the Marketplace. Its plan, if it has one, is read from it; its terms must have been accepted in the subscription.</summary>
public sealed record AzureMarketplaceImage
{
    internal const string NamePattern = "^([A-Za-z0-9._-]|\\$\\([^$]+\\))+$";

    /// <summary>The publisher, such as Debian.</summary>
    [Bounds(Min = 1, Max = 128)]
    [Pattern(NamePattern)]
    public required string Publisher { get; init; }

    /// <summary>The offer, such as debian-12.</summary>
    [Bounds(Min = 1, Max = 128)]
    [Pattern(NamePattern)]
    public required string Offer { get; init; }

    /// <summary>The SKU, such as 12-gen2.</summary>
    [Bounds(Min = 1, Max = 128)]
    [Pattern(NamePattern)]
    public required string Sku { get; init; }

    /// <summary>The version, or latest: then the newest of the region is looked up, and stands in status.</summary>
    [Bounds(Min = 1, Max = 128)]
    [Pattern(NamePattern)]
    public string Version { get; init; } = "latest";
}
