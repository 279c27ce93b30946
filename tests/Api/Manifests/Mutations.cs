using System.Text.Json.Nodes;

namespace ImageOperator.Api.Tests.Manifests;

/// <summary>Every manifest that differs from a given one in one place of its spec: removed, of another type, empty, or beside the point.</summary>
internal static class Mutations
{
    private static readonly string?[] Replacements = [null, "\"\"", "\"x y\"", "\"0s\"", "\"lab\"", "\"$(a.b)\"", "-1", "0", "70000", "1.5", "true", "[]", "{}", "[null]", "{\"x\": 1}"];

    public static IEnumerable<(string What, JsonObject Manifest)> Of(JsonObject manifest)
    {
        foreach (var path in Paths(manifest["spec"]!, []).ToList())
        {
            yield return (string.Join('.', path) + " removed", Change(manifest, path, (parent, key) =>
            {
                if (key is int index) parent.AsArray().RemoveAt(index);
                else parent.AsObject().Remove((string)key);
            }));
            foreach (var value in Replacements)
            {
                yield return ($"{string.Join('.', path)} = {value ?? "null"}", Change(manifest, path, (parent, key) => Set(parent, key, value)));
            }

            yield return (string.Join('.', path) + " with a sibling", Change(manifest, path, (parent, _) =>
            {
                if (parent is JsonObject members) members["sibling"] = "x";
                else parent.AsArray().Add(parent[0]?.DeepClone());
            }));
        }
    }

    private static void Set(JsonNode parent, object key, string? value)
    {
        var node = value is null ? null : JsonNode.Parse(value);
        if (key is int index) parent[index] = node;
        else parent[(string)key] = node;
    }

    private static JsonObject Change(JsonObject manifest, object[] path, Action<JsonNode, object> change)
    {
        var copy = manifest.DeepClone().AsObject();
        var node = copy["spec"]!;
        foreach (var key in path[..^1]) node = key is int index ? node[index]! : node[(string)key]!;
        change(node, path[^1]);
        return copy;
    }

    private static IEnumerable<object[]> Paths(JsonNode? node, object[] path)
    {
        if (path.Length > 0) yield return path;
        var children = node switch
        {
            JsonObject members => members.Select(m => ((object)m.Key, m.Value)),
            JsonArray items => items.Select((item, i) => ((object)i, item)),
            _ => [],
        };
        foreach (var (key, child) in children)
        {
            foreach (var inner in Paths(child, [.. path, key])) yield return inner;
        }
    }
}
