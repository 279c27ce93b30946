using System.Reflection;
using System.Text.Json.Nodes;
using ImageOperator.Api.Schema;

namespace ImageOperator.Eng.ApiGenerator.Crds;

/// <summary>Writes what the attributes of a type or property say into its schema.</summary>
internal static class Attributes
{
    public static void Apply(JsonObject schema, MemberInfo member, Type type, bool observed)
    {
        if (member.GetCustomAttribute<FreeFormAttribute>() is not null) FreeForm(schema);
        if (member.GetCustomAttribute<PatternAttribute>() is { } pattern) (schema["items"] as JsonObject ?? schema)["pattern"] = pattern.Expression;
        if (member.GetCustomAttribute<BoundsAttribute>() is { } bounds) Bounds(schema, bounds);
        List(schema, member, type);
        if (observed) return;
        if (member is Type) foreach (var choice in Choice.Of(type)) schema.ArrayAt("x-kubernetes-validations").Add((JsonNode)new JsonObject { ["rule"] = choice.Rule, ["message"] = choice.Message });
        foreach (var excludes in member.GetCustomAttributes<ExcludesAttribute>()) Excludes(schema, excludes);
        foreach (var rule in member.GetCustomAttributes<CelRuleAttribute>()) schema.ArrayAt("x-kubernetes-validations").Add((JsonNode)Rule(rule));
    }

    // CEL sees an object of unknown fields, but not a map whose values have no type.
    private static void FreeForm(JsonObject schema)
    {
        schema.Remove("additionalProperties");
        if ((string?)schema["type"] == "object") schema["x-kubernetes-preserve-unknown-fields"] = true;
    }

    private static void Bounds(JsonObject schema, BoundsAttribute bounds)
    {
        var (min, max) = (string?)schema["type"] switch
        {
            "array" => ("minItems", "maxItems"),
            "object" => ("minProperties", "maxProperties"),
            "integer" or "number" => ("minimum", "maximum"),
            _ => ("minLength", "maxLength"),
        };
        if (bounds.Min >= 0) schema[min] = bounds.Min;
        if (bounds.Max >= 0) schema[max] = bounds.Max;
        if (bounds.MaxItemLength >= 0) ((schema["items"] ?? schema["additionalProperties"]) as JsonObject)!["maxLength"] = bounds.MaxItemLength;
    }

    private static void List(JsonObject schema, MemberInfo member, Type type)
    {
        if (member is not PropertyInfo || (string?)schema["type"] != "array") return;
        var key = member.GetCustomAttribute<ListMapKeyAttribute>()?.Key;
        schema["x-kubernetes-list-type"] = key is null ? "atomic" : "map";
        if (key is null) return;
        schema["x-kubernetes-list-map-keys"] = new JsonArray(key);
        if (schema["items"]?["required"] is not JsonArray required || required.All(r => (string?)r != key))
        {
            throw new InvalidOperationException($"{member.DeclaringType}.{member.Name} ({type.Name}): the key {key} must be a required member of the items");
        }
    }

    private static void Excludes(JsonObject schema, ExcludesAttribute excludes)
    {
        var both = new JsonObject { ["required"] = new JsonArray(excludes.Field, excludes.Other) };
        if (excludes.WhenTrue) both["properties"] = new JsonObject { [excludes.Other] = new JsonObject { ["enum"] = new JsonArray(true) } };
        schema.ArrayAt("allOf").Add((JsonNode)new JsonObject { ["not"] = both });
    }

    private static JsonObject Rule(CelRuleAttribute rule)
    {
        var result = new JsonObject { ["rule"] = rule.Rule, ["message"] = rule.Message };
        if (rule.FieldPath is not null) result["fieldPath"] = rule.FieldPath;
        return result;
    }
}
