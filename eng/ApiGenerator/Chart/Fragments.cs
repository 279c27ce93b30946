using System.Text.Json.Nodes;

namespace ImageOperator.Eng.ApiGenerator.Chart;

/// <summary>Schemas by name. They are copied in, not referred to: the old drafts that helm's versions read treat references differently.</summary>
internal sealed class Fragments(string text)
{
    private const string Reference = "ref";

    private readonly JsonObject all = YamlJson.Of(YamlJson.Parse(text))!.AsObject();

    /// <summary>The schema without references, and closed: an object takes only what is listed, unless it says otherwise.</summary>
    public JsonObject Resolve(JsonObject schema)
    {
        var result = new JsonObject();
        if (schema[Reference] is { } name)
        {
            if (all[name.GetValue<string>()] is not JsonObject fragment) throw new InvalidOperationException($"no fragment \"{name}\"");
            foreach (var (key, value) in Resolve(fragment)) result[key] = value?.DeepClone();
        }

        foreach (var (key, value) in schema)
        {
            if (key == Reference) continue;
            result[key] = (key, value) switch
            {
                ("properties", JsonObject members) => new JsonObject(members.Select(m => KeyValuePair.Create(m.Key, (JsonNode?)Resolve(m.Value!.AsObject())))),
                ("items" or "additionalProperties", JsonObject inner) => Resolve(inner),
                _ => value?.DeepClone(),
            };
        }

        if (result["type"] is JsonValue type && type.GetValue<string>() == "object" && !result.ContainsKey("additionalProperties")) result["additionalProperties"] = false;
        return result;
    }
}
