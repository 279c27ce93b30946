using System.Text.Json.Nodes;

namespace ImageOperator.Eng.ApiGenerator.Reference;

/// <summary>Says a schema's type and bounds in words.</summary>
internal static class Constraints
{
    public static string TypeName(JsonObject schema)
    {
        if (schema["x-kubernetes-int-or-string"] is not null) return "quantity";
        if (schema["items"] is JsonObject items) return $"list of {TypeName(items)}";
        if (schema["additionalProperties"] is JsonObject values) return $"map of {TypeName(values)}";
        if (schema["enum"] is not null) return "enum";
        if ((string?)schema["type"] is not { } type) return "any";
        if (type == "object") return schema["properties"] is null ? "map of any" : "object";
        if ((string?)schema["pattern"] == Api.Common.Duration.DurationPattern) return "duration";
        return (string?)schema["format"] == "date-time" ? "time" : type;
    }

    public static string Of(JsonObject schema, bool required)
    {
        var parts = new List<string>();
        if (required) parts.Add("required");
        if (schema["enum"] is JsonArray values) parts.Add("one of " + string.Join(", ", values.Select(v => $"`{v}`")));
        Range(parts, schema, "minimum", "maximum", "");
        Range(parts, schema, "minLength", "maxLength", " characters");
        Range(parts, schema, "minItems", "maxItems", " items");
        Range(parts, schema, "minProperties", "maxProperties", " entries");
        if (schema["items"] is JsonObject items) Range(parts, items, "minLength", "maxLength", " characters each");
        if (schema["additionalProperties"] is JsonObject map) Range(parts, map, "minLength", "maxLength", " characters each");
        if (schema["x-kubernetes-list-map-keys"] is JsonArray keys) parts.Add($"unique by `{keys[0]}`");
        if ((string?)schema["pattern"] is { } pattern && TypeName(schema) is "string") parts.Add($"pattern `{pattern}`");
        if (schema["properties"] is null) parts.AddRange(Rules(schema));
        return string.Join("; ", parts);
    }

    public static IEnumerable<string> Rules(JsonObject schema)
    {
        foreach (var rule in schema["x-kubernetes-validations"]?.AsArray() ?? []) yield return (string)rule!["message"]!;
        foreach (var part in schema["allOf"]?.AsArray() ?? [])
        {
            var fields = part!["not"]!["required"]!.AsArray();
            yield return $"`{fields[0]}` and `{fields[1]}`{(part["not"]!["properties"] is null ? "" : ": true")} exclude each other";
        }
    }

    private static void Range(List<string> parts, JsonObject schema, string min, string max, string unit)
    {
        var (low, high) = (schema[min], schema[max]);
        if (low is null && high is null) return;
        parts.Add(high is null ? $"at least {low}{unit}" : low is null ? $"at most {high}{unit}" : $"{low} to {high}{unit}");
    }
}
