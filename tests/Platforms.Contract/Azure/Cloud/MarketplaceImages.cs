using System.Text.Json.Nodes;

namespace ImageOperator.Platforms.Contract.Tests.Azure.Cloud;

/// <summary>What the Marketplace has: any publisher, offer and SKU, in some versions.</summary>
internal sealed class MarketplaceImages
{
    /// <summary>In no order: Azure's is that of their letters.</summary>
    public IReadOnlyList<string> Versions { get; set; } = ["0.20250101.9", "0.20260101.10", "0.20260101.9"];

    /// <summary>The plan that machines must name.</summary>
    public JsonObject? Plan { get; set; }

    public string Generation { get; set; } = "V2";

    public ArmAnswer Answer(ArmRequest request)
    {
        var at = Array.IndexOf(request.Segments, "versions");
        if (request.Segments.Contains("nowhere")) return ArmAnswer.Error(404, "NotFound", "Artifact: VMImage was not found.");
        if (at == request.Segments.Length - 1)
        {
            return new(200, new JsonArray([.. Versions.Select(v => (JsonNode)new JsonObject { ["id"] = $"{request.Path}/{v}", ["name"] = v, ["location"] = request.Segments[5] })]));
        }

        var version = request.Segments[^1];
        if (!Versions.Contains(version)) return ArmAnswer.Error(404, "NotFound", $"Artifact: VMImage {version} was not found.");
        var properties = new JsonObject { ["hyperVGeneration"] = Generation, ["architecture"] = "x64", ["osDiskImage"] = new JsonObject { ["operatingSystem"] = "Linux" }, ["features"] = new JsonArray() };
        if (Plan is not null) properties["plan"] = Plan.DeepClone();
        return new(200, new JsonObject { ["id"] = request.Path, ["name"] = version, ["location"] = request.Segments[5], ["properties"] = properties });
    }
}
