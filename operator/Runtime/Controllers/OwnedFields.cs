using System.Text.Json;
using System.Text.Json.Nodes;
using k8s.Models;

namespace ImageOperator.Runtime.Controllers;

/// <summary>
/// The fields that a manager owns by server-side apply, as the server tells in <c>managedFields</c>. With them it can be told before the request
/// whether applying would change anything, which the values alone cannot tell: a field left out is a removal only if it was ours.
/// </summary>
internal sealed class OwnedFields
{
    private readonly JsonElement fields;

    private OwnedFields(JsonElement fields) => this.fields = fields;

    /// <summary>What the manager owns below a field, or null when it never applied anything there.</summary>
    public static OwnedFields? Of(IMetadata<V1ObjectMeta> obj, string manager, string below)
    {
        foreach (var entry in obj.Metadata.ManagedFields ?? [])
        {
            if (entry.Manager == manager && entry.Operation == "Apply"
                && entry.FieldsV1 is JsonElement { ValueKind: JsonValueKind.Object } all && all.TryGetProperty(below, out var found))
            {
                return new(found);
            }
        }

        return null;
    }

    /// <summary>Whether the manager owns exactly the desired fields, and they have the desired values.</summary>
    public bool Holds(JsonNode? desired, JsonNode? current) => Holds(fields, desired, current);

    private static bool Holds(JsonElement owned, JsonNode? desired, JsonNode? current)
    {
        var children = owned.EnumerateObject().Where(p => p.Name != ".").ToList();
        return desired switch
        {
            null => false,
            _ when children.Count == 0 => JsonNode.DeepEquals(desired, current),
            JsonObject wanted => children.Count == wanted.Count(p => p.Value is not null)
                && children.All(c => c.Name.StartsWith("f:", StringComparison.Ordinal)
                    && wanted.TryGetPropertyValue(c.Name[2..], out var value) && Holds(c.Value, value, current?[c.Name[2..]])),
            JsonArray wanted => children.Count == wanted.Count && children.All(c => HoldsItem(c, wanted, current as JsonArray)),
            _ => JsonNode.DeepEquals(desired, current),
        };
    }

    private static bool HoldsItem(JsonProperty child, JsonArray wanted, JsonArray? current)
    {
        var key = JsonNode.Parse(child.Name[2..]);
        return child.Name[0] switch
        {
            'k' => Holds(child.Value, Find(wanted, key), Find(current, key)),
            'v' => wanted.Any(item => JsonNode.DeepEquals(item, key)) && current?.Any(item => JsonNode.DeepEquals(item, key)) == true,
            _ => false,
        };
    }

    private static JsonNode? Find(JsonArray? items, JsonNode? key) => items?.FirstOrDefault(
        item => item is JsonObject obj && key is JsonObject keys && keys.All(k => JsonNode.DeepEquals(obj[k.Key], k.Value)));
}
