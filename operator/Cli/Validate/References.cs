using System.Text.Json;
using ImageOperator.Cli.Manifests;

namespace ImageOperator.Cli.Validate;

/// <summary>What a template refers to: ConfigMaps and Secrets, as far as they stand in the same files.</summary>
internal static class References
{
    private static readonly string[] Fields = ["data", "stringData", "binaryData"];

    public static IEnumerable<Problem> Check(ManifestDocument document, JsonElement template, string path, IReadOnlyList<ManifestDocument> others)
    {
        foreach (var (entry, at) in Items(template, "workspace", path))
        {
            if (!TryText(entry, "configMap", "name", out var name)) continue;
            if (others.FirstOrDefault(o => o.Is("ConfigMap", name)) is not { } found)
            {
                yield return document.Problem($"{at}.configMap.name",
                    $"ConfigMap \"{name}\" is not in these files: it must exist in the cluster, or be given to imagectl build with -f or --workspace", Severity.Warning);
                continue;
            }

            foreach (var (item, itemAt) in Items(entry.GetProperty("configMap"), "items", $"{at}.configMap"))
            {
                if (Text(item, "key") is { } key && !Has(found.Json, key)) yield return document.Problem($"{itemAt}.key", MissingKey("ConfigMap", name, key));
            }
        }

        foreach (var (parameter, at) in Items(template, "parameters", path))
        {
            foreach (var (field, kind) in new[] { ("secretKeyRef", "Secret"), ("configMapKeyRef", "ConfigMap") })
            {
                if (!TryText(parameter, field, "name", out var name) || !TryText(parameter, field, "key", out var key)) continue;
                if (others.FirstOrDefault(o => o.Is(kind, name)) is { } found && !Has(found.Json, key)) yield return document.Problem($"{at}.{field}.key", MissingKey(kind, name, key));
            }
        }

        if (template.ValueKind != JsonValueKind.Object || !template.TryGetProperty("communicator", out var communicator)) yield break;
        foreach (var (reference, at) in SecretReferences(communicator, $"{path}.communicator"))
        {
            if (reference.ValueKind != JsonValueKind.Object || Text(reference, "name") is not { } name || Text(reference, "key") is not { } key) continue;
            if (others.FirstOrDefault(o => o.Is("Secret", name)) is { } found && !Has(found.Json, key)) yield return document.Problem($"{at}.key", MissingKey("Secret", name, key));
        }
    }

    /// <summary>Each <c>secretKeyRef</c> below a field, however deep.</summary>
    private static IEnumerable<(JsonElement Reference, string Path)> SecretReferences(JsonElement json, string path) => json.ValueKind switch
    {
        JsonValueKind.Object => json.EnumerateObject().SelectMany(m => m.Name == "secretKeyRef" ? [(m.Value, $"{path}.secretKeyRef")] : SecretReferences(m.Value, $"{path}.{m.Name}")),
        JsonValueKind.Array => json.EnumerateArray().SelectMany((item, i) => SecretReferences(item, $"{path}[{i}]")),
        _ => [],
    };

    private static string MissingKey(string kind, string name, string key) => $"{kind} \"{name}\" has no key \"{key}\": correct the key, or add it there";

    private static bool Has(JsonElement json, string key) =>
        Fields.Any(f => json.TryGetProperty(f, out var map) && map.ValueKind == JsonValueKind.Object && map.TryGetProperty(key, out _));

    private static IEnumerable<(JsonElement Item, string Path)> Items(JsonElement json, string field, string path) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(field, out var list) && list.ValueKind == JsonValueKind.Array
            ? list.EnumerateArray().Select((item, i) => (item, $"{path}.{field}[{i}]"))
            : [];

    private static bool TryText(JsonElement json, string outer, string field, out string text)
    {
        text = json.ValueKind == JsonValueKind.Object && json.TryGetProperty(outer, out var inner) ? Text(inner, field) ?? "" : "";
        return text.Length > 0;
    }

    private static string? Text(JsonElement json, string field) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
