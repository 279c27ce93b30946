using System.Text.Json.Nodes;
using Azure.Core;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Targets.Azure;

namespace ImageOperator.Platforms.Azure.Sources;

/// <summary>What a machine is made of.</summary>
internal sealed record MachineImage
{
    /// <summary>A managed image, or a version of a gallery's.</summary>
    public ResourceIdentifier? Id { get; init; }

    /// <summary>An image of the Marketplace, with its version.</summary>
    public AzureMarketplaceImage? Marketplace { get; init; }

    /// <summary>The Marketplace's plan that machines of it must name.</summary>
    public ImagePlan? Plan { get; init; }

    /// <summary>A disk that must become an image first, as an image's osDisk.</summary>
    public JsonObject? OsDisk { get; init; }

    /// <summary>The data disks of that image, as it names them; null if it has none.</summary>
    public JsonArray? DataDisks { get; init; }

    /// <summary>The LUNs of the data disks that a source has: machines of it get them.</summary>
    public IReadOnlyList<int> Luns { get; init; } = [];

    /// <summary>x64 or Arm64; null if it is not known.</summary>
    public string? Architecture { get; init; }

    /// <summary>V1 or V2.</summary>
    public string? HyperVGeneration { get; init; }
}

/// <summary>A plan of the Marketplace.</summary>
internal sealed record ImagePlan(string Name, string Publisher, string Product)
{
    private const string Property = "plan";

    /// <summary>The plan in an entry's properties: what is captured needs it for as long as it is worked with, whether its source is there or not.</summary>
    public static ImagePlan? Of(LedgerEntry? entry) =>
        entry?.Properties?.GetValueOrDefault(Property)?.Split('\n') is [var name, var publisher, var product] ? new(name, publisher, product) : null;

    public void WriteTo(Dictionary<string, string> properties) => properties[Property] = $"{Name}\n{Publisher}\n{Product}";
}
