using System.Text.Json;
using System.Text.Json.Nodes;

namespace ImageOperator.Platforms.Contract.Tests.Azure.Cloud;

/// <summary>What Microsoft's own descriptions say of requests and answers: Azure/Schema/arm.json, which tells where it is from.</summary>
internal static class ArmSchema
{
    private static readonly JsonObject Schemas = Load();

    private static readonly Dictionary<string, string> OfTypes = new(StringComparer.OrdinalIgnoreCase)
    {
        [ResourceRules.Machine] = "compute-2023/VirtualMachine",
        [ResourceRules.Image] = "compute-2023/Image",
        [ResourceRules.Disk] = "compute-2023/Disk",
        [ResourceRules.Snapshot] = "compute-2023/Snapshot",
        [ResourceRules.Gallery] = "compute-2024/Gallery",
        [ResourceRules.Definition] = "compute-2024/GalleryImage",
        [ResourceRules.Version] = "compute-2024/GalleryImageVersion",
        [ResourceRules.SecurityGroup] = "network/NetworkSecurityGroup",
        [ResourceRules.Network] = "network/VirtualNetwork",
        [ResourceRules.Address] = "network/PublicIPAddress",
        [ResourceRules.Interface] = "network/NetworkInterface",
        [GroupRules.ActionType] = "resources/ResourceGroup",
        ["Microsoft.Resources/tags"] = "resources/TagsResource",
    };

    /// <returns>What is wrong with a request; null: nothing.</returns>
    public static string? Fault(ArmRequest request)
    {
        var name = request switch
        {
            { Verb: "beginGetAccess" } => "compute-2023/GrantAccessData",
            { Method: "PATCH" } => "resources/TagsPatchResource",
            { Method: "PUT" } => OfTypes.GetValueOrDefault(request.Type) ?? throw new InvalidOperationException($"no description of {request.Type}"),
            _ => null,
        };
        if (name is null) return request.Body is { Count: > 0 } ? $"{request.Method} {request.Type} takes no body" : null;
        return request.Body is null ? $"{request.Method} {request.Type} needs a body" : Mismatch(request.Body, Ref(name), request.Type, asked: true);
    }

    /// <returns>What is wrong with an answer; null: nothing.</returns>
    public static string? Fault(ArmRequest request, ArmAnswer answer)
    {
        if (answer.Status >= 400 || answer.Body is null) return null;
        var name = request switch
        {
            { Verb: "retrieveBootDiagnosticsData" } => "compute-2023/RetrieveBootDiagnosticsDataResult",
            { Type: "Microsoft.Compute/locations/diskOperations" } when request.Query.ContainsKey("monitor") => "compute-2023/AccessUri",
            { Type: "Microsoft.Compute/locations/publishers/artifacttypes/offers/skus/versions" } => answer.Body is JsonArray ? "compute-2023/VirtualMachineImageResource" : "compute-2023/VirtualMachineImage",
            { Type: "Microsoft.Resources/subscriptions/resources" } => "resources/ResourceListResult",
            { Type: GroupRules.ActionType, Segments.Length: 3 } => "resources/ResourceGroupListResult",
            { Type: ResourceRules.Version } when request.Segments[^1] == "versions" => "compute-2024/GalleryImageVersionList",
            { Verb: null } => OfTypes.GetValueOrDefault(request.Type),
            _ => null,
        };
        if (name is null) return null;
        return answer.Body is JsonArray list
            ? list.Select(one => Mismatch(one, Ref(name), request.Type, asked: false)).FirstOrDefault(m => m is not null)
            : Mismatch(answer.Body, Ref(name), request.Type, asked: false);
    }

    private static JsonObject Ref(string name) => new() { ["$ref"] = name };

    private static string? Mismatch(JsonNode? value, JsonObject type, string path, bool asked)
    {
        if (value is null) return null;
        if ((string?)type["$ref"] is { } name) return Fields(value, Schemas[name]!["fields"]!.AsObject(), path, asked);
        var kind = value.GetValueKind();
        return (string)type["type"]! switch
        {
            "object" => Fields(value, type["fields"]!.AsObject(), path, asked),
            "array" => value is JsonArray list ? list.Select((v, i) => Mismatch(v, type["items"]!.AsObject(), $"{path}[{i}]", asked)).FirstOrDefault(m => m is not null) : $"{path} is no list",
            "map" => value is JsonObject map ? map.Select(v => Mismatch(v.Value, type["items"]!.AsObject(), $"{path}.{v.Key}", asked)).FirstOrDefault(m => m is not null) : $"{path} is no object",
            "number" => kind == JsonValueKind.Number ? null : $"{path} is no number",
            "boolean" => kind is JsonValueKind.True or JsonValueKind.False ? null : $"{path} is not true or false",
            "dateTime" => kind == JsonValueKind.String && DateTimeOffset.TryParse((string)value!, System.Globalization.CultureInfo.InvariantCulture, out _) ? null : $"{path} is no time",
            "string" when kind != JsonValueKind.String => $"{path} is no text",
            "string" when type["values"] is JsonArray values && !values.Any(v => (string)v! == (string)value!) => $"{path} is {value}, which is none of {values.ToJsonString()}",
            _ => null,
        };
    }

    private static string? Fields(JsonNode value, JsonObject fields, string path, bool asked)
    {
        if (value is not JsonObject body) return $"{path} is no object";
        foreach (var (field, inside) in body)
        {
            if (fields[field] is not JsonObject type) return $"Could not find member '{field}' on object of {path}.";
            if (asked && (bool?)type["readOnly"] == true) return $"{path}.{field} is for reading only";
            if (Mismatch(inside, type, $"{path}.{field}", asked) is { } mismatch) return mismatch;
        }

        var missing = fields.FirstOrDefault(f => (bool?)f.Value!["required"] == true && (!asked || (bool?)f.Value["readOnly"] != true) && body[f.Key] is null).Key;
        return missing is null ? null : $"Required property '{missing}' not found in {path}.";
    }

    private static JsonObject Load()
    {
        using var stream = typeof(ArmSchema).Assembly.GetManifestResourceStream("arm.json")!;
        return JsonNode.Parse(stream)!["schemas"]!.AsObject();
    }
}
