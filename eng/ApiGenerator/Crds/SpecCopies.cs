using System.Text.Json.Nodes;
using ImageOperator.Api.Provisioners;

namespace ImageOperator.Eng.ApiGenerator.Crds;

/// <summary>
/// A build holds copies of what ImageTemplate documents. Without the descriptions of the copies the definition stays below
/// the 256 KiB that client-side <c>kubectl apply</c> can keep in an annotation.
/// </summary>
internal static class SpecCopies
{
    public static void Shorten(JsonObject root)
    {
        var spec = root["properties"]!["spec"]!["properties"];
        if (root["properties"]!["status"]!["properties"]?["template"] is JsonObject copy) RemoveBelow(copy);
        // A build's own template is an ImageTemplate's.
        if (spec?["template"] is JsonObject template) RemoveBelow(template);
        // The same kinds of steps thrice.
        foreach (var list in new[] { "onFailure", "tests" })
        {
            if (spec?[list]?["items"] is JsonObject step) Kinds(step);
        }
    }

    private static void Kinds(JsonObject step)
    {
        foreach (var kind in StepKind.All) RemoveBelow(step["properties"]![kind.Name]!.AsObject());
    }

    private static void RemoveBelow(JsonObject schema)
    {
        foreach (var (_, field) in schema["properties"] as JsonObject ?? []) Remove(field);
        Remove(schema["items"]);
    }

    private static void Remove(JsonNode? node)
    {
        if (node is not JsonObject schema) return;
        schema.Remove("description");
        RemoveBelow(schema);
        Remove(schema["additionalProperties"]);
    }
}
