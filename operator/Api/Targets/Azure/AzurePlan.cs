using ImageOperator.Api.Schema;

namespace ImageOperator.Api.Targets.Azure;

/// <summary>The Marketplace's plan that an image came of: machines of it must name it, and its terms must have been accepted.</summary>
public sealed record AzurePlan
{
    /// <summary>The plan's name, mostly the SKU.</summary>
    [Bounds(Min = 1, Max = 128)]
    [Pattern(AzureMarketplaceImage.NamePattern)]
    public required string Name { get; init; }

    /// <summary>The publisher.</summary>
    [Bounds(Min = 1, Max = 128)]
    [Pattern(AzureMarketplaceImage.NamePattern)]
    public required string Publisher { get; init; }

    /// <summary>The product, mostly the offer.</summary>
    [Bounds(Min = 1, Max = 128)]
    [Pattern(AzureMarketplaceImage.NamePattern)]
    public required string Product { get; init; }
}
