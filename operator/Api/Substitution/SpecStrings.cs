using System.Text.Json;
using System.Text.Json.Nodes;

namespace ImageOperator.Api.Substitution;

/// <summary>The strings of a part of a spec that are expanded.</summary>
internal static class SpecStrings
{
    /// <summary>What a step is run for.</summary>
    public const string ForEach = "forEach";

    /// <summary>When a step is run.</summary>
    public const string When = "when";

    /// <summary>The fields that are an expression as a whole.</summary>
    public static readonly IReadOnlyList<string> BareExpressions = [When, ForEach];

    // Names tie the parts of a template together: they are the same in every build.
    private static readonly string[] NeverExpanded = ["name", "onlyTargets", "exceptTargets", "select", .. BareExpressions];

    /// <summary>Replaces each string of a target, a step or a test (given as JSON) by what <paramref name="replace"/> makes of its path and text.</summary>
    public static void Replace(JsonObject part, string path, Func<string, string, string> replace)
    {
        foreach (var (name, node) in part.ToList())
        {
            if (!NeverExpanded.Contains(name)) Replace(part, name, node, $"{path}.{name}", replace);
        }
    }

    public static void Visit(JsonObject part, string path, Action<string, string> visit) => Replace(part, path, (at, text) =>
    {
        visit(at, text);
        return text;
    });

    private static void Replace(JsonNode parent, object key, JsonNode? node, string path, Func<string, string, string> replace)
    {
        switch (node)
        {
            case JsonObject members:
                foreach (var (name, member) in members.ToList()) Replace(members, name, member, $"{path}.{name}", replace);
                break;
            case JsonArray items:
                for (var i = 0; i < items.Count; i++) Replace(items, i, items[i], $"{path}[{i}]", replace);
                break;
            case JsonValue value when value.GetValueKind() == JsonValueKind.String:
                var text = value.GetValue<string>();
                var replaced = replace(path, text);
                if (ReferenceEquals(text, replaced)) break;
                if (key is int index) parent[index] = replaced;
                else parent[(string)key] = replaced;
                break;
        }
    }
}
