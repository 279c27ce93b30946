using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ImageOperator.Platforms.Contract.Tests.Gcp.Cloud;

/// <summary>What Compute Engine's own description says of requests and answers: Gcp/Schema/compute-v1.json, which tells where it is from.</summary>
internal static class GoogleSchema
{
    private static readonly JsonObject Document = Load();

    /// <summary>Parameters of all methods, and of IAM's.</summary>
    private static readonly string[] Common = ["alt", "fields", "key", "prettyPrint", "quotaUser"];

    public static IEnumerable<string> Methods => Document["methods"]!.AsObject().Select(m => m.Key);

    /// <returns>What is wrong with a request; null: nothing.</returns>
    public static string? Fault(GoogleRequest request)
    {
        if (Document["methods"]![request.Method] is not JsonObject method) return $"there is no method {request.Method}";
        if ((string)method["httpMethod"]! != request.Verb) return $"{request.Method} is a {(string)method["httpMethod"]!}";
        var parameters = method["parameters"]!.AsObject();
        foreach (var name in request.Parameters.Except(Common))
        {
            if ((string?)parameters[name]?["location"] != "query") return $"Unknown name \"{name}\": Cannot bind query parameter.";
            if (name == "requestId" && !(Guid.TryParse(request[name], out var id) && id != Guid.Empty)) return $"Invalid value for field 'requestId': '{request[name]}'. Must be a valid UUID.";
        }

        foreach (var (name, value) in request.PathValues)
        {
            var key = parameters.ContainsKey(name) ? name : parameters.Select(p => p.Key).FirstOrDefault(k => (string)parameters[k]!["location"]! == "path" && k is not ("project" or "zone"));
            if (key is not null && (string?)parameters[key]!["pattern"] is { } pattern && !Regex.IsMatch(value, $"^(?:{pattern})\\z")) return $"Invalid value for field '{key}': '{value}'. Must be a match of regex '{pattern}'";
        }

        if ((string?)method["request"] is not { } body) return request.Body is null ? null : $"{request.Method} takes no body";
        return request.Body is null ? $"{request.Method} needs a body" : Mismatch(request.Body, new JsonObject { ["$ref"] = body }, "resource");
    }

    /// <returns>What is wrong with an answer to a method; null: nothing.</returns>
    public static string? AnswerFault(string method, JsonNode answer) => Mismatch(answer, new JsonObject { ["$ref"] = (string)Document["methods"]![method]!["response"]! }, method);

    private static string? Mismatch(JsonNode? value, JsonNode type, string path)
    {
        if (value is null) return null;
        if ((string?)type["$ref"] is { } name)
        {
            if (value is not JsonObject body) return $"{path} is no {name}";
            var fields = Document["schemas"]![name]!.AsObject();
            return body.Select(f => fields[f.Key] is { } field ? Mismatch(f.Value, field, $"{path}.{f.Key}") : $"Unknown name \"{f.Key}\" at '{path}': Cannot find field.").FirstOrDefault(m => m is not null);
        }

        var kind = value.GetValueKind();
        return (string?)type["type"] switch
        {
            "string" when (string?)type["format"] is "int64" or "uint64" => kind == System.Text.Json.JsonValueKind.String && long.TryParse((string)value!, out _) ? null : $"{path} is no number in a text",
            "string" => kind == System.Text.Json.JsonValueKind.String ? null : $"{path} is no text",
            "boolean" => kind is System.Text.Json.JsonValueKind.True or System.Text.Json.JsonValueKind.False ? null : $"{path} is not true or false",
            "integer" or "number" => kind == System.Text.Json.JsonValueKind.Number ? null : $"{path} is no number",
            "array" => value is JsonArray list ? list.Select((v, i) => Mismatch(v, type["items"]!, $"{path}[{i}]")).FirstOrDefault(m => m is not null) : $"{path} is no list",
            "object" => value is JsonObject map ? map.Select(v => Mismatch(v.Value, type["additionalProperties"]!, $"{path}.{v.Key}")).FirstOrDefault(m => m is not null) : $"{path} is no object",
            _ => null,
        };
    }

    private static JsonObject Load()
    {
        using var stream = typeof(GoogleSchema).Assembly.GetManifestResourceStream("compute-v1.json")!;
        return JsonNode.Parse(stream)!.AsObject();
    }
}
