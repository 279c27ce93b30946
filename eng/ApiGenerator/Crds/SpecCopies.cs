using System.Text.Json.Nodes;
using ImageOperator.Api.Provisioners;

namespace ImageOperator.Eng.ApiGenerator.Crds;

/// <summary>
/// A build holds copies of what ImageTemplate and ImagePlatform document and bound. Without the copies' descriptions, and without the form of texts in the
/// template that the operator alone writes, the definition stays below the 256 KiB that client-side <c>kubectl apply</c> can keep in an annotation.
/// </summary>
internal static class SpecCopies
{
    public static void Shorten(JsonObject root)
    {
        var spec = root["properties"]!["spec"]!["properties"];
        var status = root["properties"]!["status"]!["properties"];
        if (status?["platforms"] is JsonObject platforms) RemoveBelow(platforms);
        if (status?["template"] is JsonObject copy)
        {
            RemoveBelow(copy);
            RemoveForms(copy);
        }

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

    private static void RemoveForms(JsonNode? node)
    {
        if (node is not JsonObject schema) return;
        if (schema["properties"] is JsonObject fields)
        {
            foreach (var (_, field) in fields) RemoveForms(field);
        }

        foreach (var part in new[] { "items", "additionalProperties" }) RemoveForms(schema[part]);
        foreach (var form in new[] { "pattern", "minLength", "maxLength" }) schema.Remove(form);
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
