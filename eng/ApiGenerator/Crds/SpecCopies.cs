using System.Text.Json.Nodes;

namespace ImageOperator.Eng.ApiGenerator.Crds;

/// <summary>
/// A status that holds a template holds a copy of what spec documents. Without the descriptions of the copy the definition stays below
/// the 256 KiB that client-side <c>kubectl apply</c> can keep in an annotation.
/// </summary>
internal static class SpecCopies
{
    public static void Shorten(JsonObject root)
    {
        if (root["properties"]!["status"]!["properties"]?["template"] is JsonObject template) RemoveBelow(template);
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
