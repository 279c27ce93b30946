using System.Text.Json;
using System.Text.Json.Nodes;
using YamlDotNet.RepresentationModel;

namespace ImageOperator.Eng.ApiGenerator.Chart;

/// <summary>Reads values.yaml with its comments: the lines right above a key are about it, and <c>@schema</c> among them says what it may be.</summary>
internal sealed class ValuesFile
{
    private const string SchemaMark = "@schema ";

    private readonly string[] lines;
    private readonly Fragments fragments;

    private ValuesFile(string text, Fragments fragments)
    {
        lines = text.Split('\n');
        this.fragments = fragments;
    }

    public static IReadOnlyList<ChartValue> Read(string text, Fragments fragments) =>
        new ValuesFile(text, fragments).Members((YamlMappingNode)YamlJson.Parse(text), "");

    private List<ChartValue> Members(YamlMappingNode map, string path) =>
        [.. map.Children.Select(c => Value((YamlScalarNode)c.Key, c.Value, path.Length == 0 ? c.Key.ToString() : $"{path}.{c.Key}"))];

    private ChartValue Value(YamlScalarNode key, YamlNode node, string path)
    {
        var (description, said) = Comment((int)key.Start.Line - 1);
        if (said is null && node is YamlMappingNode { Children.Count: > 0 } group) return new(path, description, null, null, Members(group, path));
        if (description.Length == 0) throw new InvalidOperationException($"values.yaml: {path} has no comment");
        var value = YamlJson.Of(node);
        var schema = fragments.Resolve(said ?? new JsonObject { ["type"] = TypeOf(value, path) });
        return new(path, description, schema, value, []);
    }

    private (string Description, JsonObject? Schema) Comment(int keyLine)
    {
        List<string> text = [];
        JsonObject? schema = null;
        for (var at = keyLine - 1; at >= 0 && lines[at].TrimStart().StartsWith('#'); at--)
        {
            var line = lines[at].TrimStart().TrimStart('#').Trim();
            if (line.StartsWith(SchemaMark, StringComparison.Ordinal)) schema = YamlJson.Of(YamlJson.Parse(line[SchemaMark.Length..]))!.AsObject();
            else text.Insert(0, line);
        }

        return (string.Join(' ', text), schema);
    }

    private static string TypeOf(JsonNode? value, string path) => value?.GetValueKind() switch
    {
        JsonValueKind.True or JsonValueKind.False => "boolean",
        _ => throw new InvalidOperationException($"values.yaml: {path} needs a line \"{SchemaMark}{{…}}\""),
    };
}
