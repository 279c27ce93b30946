using System.Text.Json.Nodes;

namespace ImageOperator.Chart.Tests.Support;

/// <summary>JSON as text that can be compared.</summary>
internal static class JsonText
{
    public static string Sorted(JsonNode? node) => Order(node)?.ToJsonString(new(System.Text.Json.JsonSerializerDefaults.Web) { WriteIndented = true }) ?? "null";

    /// <summary>A copy without members of this name, at any depth.</summary>
    public static JsonNode? Without(JsonNode? node, string member) => node switch
    {
        JsonObject map => new JsonObject(map.Where(m => m.Key != member).Select(m => KeyValuePair.Create(m.Key, Without(m.Value, member)))),
        JsonArray list => new JsonArray([.. list.Select(i => Without(i, member))]),
        _ => node?.DeepClone(),
    };

    private static JsonNode? Order(JsonNode? node) => node switch
    {
        JsonObject map => new JsonObject(map.OrderBy(m => m.Key, StringComparer.Ordinal).Select(m => KeyValuePair.Create(m.Key, Order(m.Value)))),
        JsonArray list => new JsonArray([.. list.Select(Order)]),
        _ => node?.DeepClone(),
    };
}
