using System.Text.Json.Nodes;

namespace ImageOperator.Eng.ApiGenerator.Chart;

/// <summary>One value of values.yaml.</summary>
/// <param name="Path">Its place, with dots.</param>
/// <param name="Description">Its comment; empty for a group that has none.</param>
/// <param name="Schema">What it may be; null for a group.</param>
/// <param name="Default">What it is if nobody says.</param>
/// <param name="Members">The values of a group.</param>
internal sealed record ChartValue(string Path, string Description, JsonObject? Schema, JsonNode? Default, IReadOnlyList<ChartValue> Members)
{
    public string Key => Path[(Path.LastIndexOf('.') + 1)..];
}
