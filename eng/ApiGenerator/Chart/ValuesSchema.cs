using System.Text.Json.Nodes;

namespace ImageOperator.Eng.ApiGenerator.Chart;

/// <summary>values.schema.json: unknown values are errors, at every depth.</summary>
internal static class ValuesSchema
{
    public static JsonObject Of(IReadOnlyList<ChartValue> values)
    {
        var properties = new JsonObject();
        foreach (var value in values)
        {
            var schema = value.Schema is { } own ? own.DeepClone().AsObject() : Of(value.Members);
            if (value.Description.Length > 0) schema.Insert(0, "description", value.Description);
            properties[value.Key] = schema;
        }

        return new() { ["type"] = "object", ["properties"] = properties, ["additionalProperties"] = false };
    }
}
