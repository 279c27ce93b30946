using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Runtime.Client;

namespace ImageOperator.Controller.Builds;

/// <summary>What a build is made from, as one number: SHA-256 over JSON with sorted keys.</summary>
internal static class InputsDigest
{
    public static string Of(ImageTemplateSpec template, IReadOnlyDictionary<string, JsonElement> parameters, IReadOnlyList<string> targets)
    {
        var inputs = new JsonObject
        {
            ["template"] = JsonSerializer.SerializeToNode(template, RuntimeJson.Options),
            ["parameters"] = JsonSerializer.SerializeToNode(parameters, RuntimeJson.Options),
            ["targets"] = JsonSerializer.SerializeToNode(targets.Order(StringComparer.Ordinal), RuntimeJson.Options),
        };
        return "sha256:" + Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(Sorted(inputs))));
    }

    private static JsonNode? Sorted(JsonNode? node) => node switch
    {
        JsonObject o => new JsonObject(o.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => KeyValuePair.Create(p.Key, Sorted(p.Value)))),
        JsonArray a => new JsonArray([.. a.Select(Sorted)]),
        _ => node?.DeepClone(),
    };
}
