using System.Text.Json.Nodes;
using ImageOperator.Api.Targets.Azure;
using ImageOperator.Platforms.Azure.Clients;
using ImageOperator.Platforms.Azure.Sources;

namespace ImageOperator.Platforms.Azure.Capture;

/// <summary>Writes an image definition, after what is captured.</summary>
internal static class DefinitionBody
{
    public static JsonObject Of(AzureTarget target, ArmResource snapshot, ImagePlan? plan)
    {
        var gallery = target.Image.Gallery!;
        var identifier = gallery.Identifier ?? new AzureImageIdentifier { Publisher = gallery.Gallery, Offer = Short(gallery.Gallery), Sku = Short(gallery.Definition) };
        var body = new JsonObject
        {
            ["osType"] = target.OsType.ToString(),
            ["osState"] = "Generalized",
            ["hyperVGeneration"] = snapshot.Text("hyperVGeneration") ?? "V1",
            ["architecture"] = snapshot.Text("supportedCapabilities", "architecture") ?? "x64",
            ["identifier"] = new JsonObject { ["publisher"] = identifier.Publisher, ["offer"] = identifier.Offer, ["sku"] = identifier.Sku },
        };
        if (target.Security is { } security) body["features"] = new JsonArray(new JsonObject { ["name"] = "SecurityType", ["value"] = security.Type.ToString() });
        if (plan is not null) body["purchasePlan"] = new JsonObject { ["name"] = plan.Name, ["publisher"] = plan.Publisher, ["product"] = plan.Product };
        return body;
    }

    private static string Short(string name) => name[..Math.Min(64, name.Length)];
}
