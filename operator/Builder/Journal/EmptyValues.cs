using System.Text.Json.Nodes;

namespace ImageOperator.Builder.Journal;

/// <summary>Leaves out what says nothing: API servers of before 1.22 turn "" in an applied custom resource into null, and then refuse it.</summary>
internal static class EmptyValues
{
    /// <returns>The node without nulls, empty texts, lists and objects; null if nothing remains.</returns>
    public static JsonNode? Prune(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject o:
                var members = o.Select(p => KeyValuePair.Create(p.Key, Prune(p.Value))).Where(p => p.Value is not null).ToList();
                return members.Count == 0 ? null : new JsonObject(members);
            case JsonArray a:
                var items = a.Select(Prune).Where(i => i is not null).ToArray();
                return items.Length == 0 ? null : new JsonArray(items);
            case JsonValue v when v.TryGetValue<string>(out var text) && text.Length == 0:
                return null;
            default:
                return node?.DeepClone();
        }
    }
}
