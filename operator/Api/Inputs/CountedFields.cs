using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using ImageOperator.Api.Schema;

namespace ImageOperator.Api.Inputs;

/// <summary>The part of a spec that decides what comes out of a build, in one form only: sorted, without what says nothing.</summary>
public static class CountedFields
{
    private static readonly JsonSerializerOptions Options = Create();

    /// <summary>The part as JSON, without the fields of <see cref="NotAnInputAttribute"/> and without nulls, <c>false</c> and empty lists and objects.</summary>
    public static JsonObject Of<T>(T part)
        where T : class => Canonical(JsonSerializer.SerializeToNode(part, Options)) as JsonObject ?? [];

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions(ApiJson.Options) { TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { LeaveOut } } };
        options.MakeReadOnly();
        return options;
    }

    private static void LeaveOut(JsonTypeInfo type)
    {
        for (var i = type.Properties.Count - 1; i >= 0; i--)
        {
            if (type.Properties[i].AttributeProvider?.IsDefined(typeof(NotAnInputAttribute), inherit: true) == true) type.Properties.RemoveAt(i);
        }
    }

    /// <summary>Without what says nothing: a field that a later version adds must not change the digest of those that do not set it.</summary>
    private static JsonNode? Canonical(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject members:
                var kept = members.OrderBy(m => m.Key, StringComparer.Ordinal).Select(m => KeyValuePair.Create(m.Key, Canonical(m.Value))).Where(m => m.Value is not null).ToList();
                return kept.Count > 0 ? new JsonObject(kept) : null;
            case JsonArray items:
                return items.Count > 0 ? new JsonArray([.. items.Select(i => Canonical(i))]) : null;
            default:
                return node?.GetValueKind() is null or JsonValueKind.Null or JsonValueKind.False ? null : node.DeepClone();
        }
    }
}
