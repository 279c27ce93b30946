using System.Text.Json.Nodes;

namespace ImageOperator.Eng.ApiGenerator.Crds;

/// <summary>A fixed order of a schema's keywords, so that the output does not depend on the order of writing.</summary>
internal static class JsonOrder
{
    private static readonly string[] Keywords =
    [
        "description", "type", "format", "default", "enum", "pattern", "minLength", "maxLength", "minimum", "maximum", "minItems", "maxItems",
        "minProperties", "maxProperties", "required", "properties", "additionalProperties", "items", "allOf", "x-kubernetes-int-or-string",
        "x-kubernetes-list-type", "x-kubernetes-list-map-keys", "x-kubernetes-preserve-unknown-fields", "x-kubernetes-validations",
    ];

    public static JsonObject Ordered(this JsonObject schema)
    {
        var result = new JsonObject();
        foreach (var keyword in Keywords)
        {
            if (schema.TryGetPropertyValue(keyword, out var value)) result[keyword] = value?.DeepClone();
        }

        var unknown = schema.Select(p => p.Key).Except(Keywords).ToList();
        return unknown.Count == 0 ? result : throw new InvalidOperationException($"no place for the schema keywords {string.Join(", ", unknown)}");
    }

    public static JsonArray ArrayAt(this JsonObject schema, string keyword)
    {
        if (schema[keyword] is JsonArray array) return array;
        array = [];
        schema[keyword] = array;
        return array;
    }
}
