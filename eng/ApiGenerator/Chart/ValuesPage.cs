using System.Text;
using System.Text.Json.Nodes;
using ImageOperator.Api;

namespace ImageOperator.Eng.ApiGenerator.Chart;

/// <summary>docs/chart-values.md.</summary>
internal static class ValuesPage
{
    private const int LongestDefault = 60;

    public static string Write(IReadOnlyList<ChartValue> values)
    {
        var text = new StringBuilder("""
            <!-- Generated from charts/image-operator/values.yaml by `dotnet run --project eng/ApiGenerator` (make generate); do not edit. -->
            # Values of the Helm chart

            What a value may be stands in `charts/image-operator/values.schema.json`; helm refuses everything else, unknown names included.

            | value | meaning | default |
            | --- | --- | --- |

            """);
        foreach (var value in values) Add(text, value);
        return text.ToString().Replace("\r", "", StringComparison.Ordinal);
    }

    private static void Add(StringBuilder text, ChartValue value)
    {
        if (value.Schema is not null) text.Append($"| `{value.Path}` | {Cell(value.Description)}{Choices(value.Schema)} | {Default(value.Default)} |\n");
        else if (value.Description.Length > 0) text.Append($"| **`{value.Path}`** | {Cell(value.Description)} | |\n");
        foreach (var member in value.Members) Add(text, member);
    }

    private static string Choices(JsonObject schema) => schema["enum"] is JsonArray choices
        ? $" One of {string.Join(", ", choices.Where(c => c!.ToString().Length > 0).Select(c => $"`{c}`"))}."
        : "";

    private static string Default(JsonNode? value)
    {
        var json = value?.ToJsonString(ApiJson.Options) ?? "null";
        return json.Length <= LongestDefault ? $"`{json}`" : "see values.yaml";
    }

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
}
