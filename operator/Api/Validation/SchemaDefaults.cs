using System.Text.Json;
using System.Text.Json.Nodes;

namespace ImageOperator.Api.Validation;

/// <summary>Does to a manifest what the API server does before it validates: drops nulls and fills in the schema's defaults.</summary>
public static class SchemaDefaults
{
    /// <summary>A copy of the spec with the defaults filled in.</summary>
    /// <param name="spec">The spec.</param>
    /// <param name="kind">The kind.</param>
    public static JsonNode? Fill(JsonElement spec, string kind)
    {
        var copy = JsonSerializer.SerializeToNode(spec);
        Fill(copy, SchemaCatalog.Root(kind).GetProperty("properties").GetProperty("spec"));
        return copy;
    }

    private static void Fill(JsonNode? node, JsonElement schema)
    {
        if (node is JsonArray items && schema.TryGetProperty("items", out var item))
        {
            foreach (var value in items) Fill(value, item);
        }

        if (node is not JsonObject members || !schema.TryGetProperty("properties", out var properties)) return;
        foreach (var property in properties.EnumerateObject())
        {
            if (members.TryGetPropertyValue(property.Name, out var value) && value is null) members.Remove(property.Name);
            if (!members.ContainsKey(property.Name) && property.Value.TryGetProperty("default", out var unset))
            {
                members[property.Name] = JsonSerializer.SerializeToNode(unset);
            }

            Fill(members[property.Name], property.Value);
        }
    }
}
