using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ImageOperator.Platforms.Contract.Tests.Gcp.Cloud;

/// <summary>The limits of names, labels, tags and metadata, which the description has as words only.</summary>
internal static partial class GoogleLimits
{
    /// <returns>What is refused; null: nothing.</returns>
    public static GoogleAnswer? Refusal(JsonObject body) => Of(body, "resource");

    private static GoogleAnswer? Of(JsonObject body, string path)
    {
        if ((string?)body["name"] is { } name && !Name().IsMatch(name)) return Invalid($"{path}.name", name, "[a-z]([-a-z0-9]{0,61}[a-z0-9])?");
        if ((string?)body["family"] is { } family && !Name().IsMatch(family)) return Invalid($"{path}.family", family, "[a-z]([-a-z0-9]{0,61}[a-z0-9])?");
        if (body["labels"] is JsonObject labels)
        {
            if (labels.Count > 64) return GoogleAnswer.Invalid($"{path}.labels", $"{labels.Count} labels are more than 64.");
            foreach (var (key, value) in labels)
            {
                if (!Label().IsMatch(key) || !char.IsLower(key[0])) return Invalid($"{path}.labels", key, "[a-z][-_a-z0-9]{0,62}");
                if (!Label().IsMatch((string)value!)) return Invalid($"{path}.labels", (string)value!, "[-_a-z0-9]{0,63}");
            }
        }

        foreach (var tag in body["tags"]?["items"]?.AsArray() ?? []) if (!Name().IsMatch((string)tag!)) return Invalid($"{path}.tags", (string)tag!, "[a-z]([-a-z0-9]{0,61}[a-z0-9])?");
        if (body["metadata"]?["items"] is JsonArray items && Metadata(items) is { } refused) return refused;
        foreach (var disk in body["disks"] as JsonArray ?? [])
        {
            if (disk!["initializeParams"] is not JsonObject parameters) continue;
            if ((string?)parameters["diskName"] is { } diskName && !Name().IsMatch(diskName)) return Invalid($"{path}.disks[0].initializeParams.diskName", diskName, "[a-z]([-a-z0-9]{0,61}[a-z0-9])?");
            if (Of(new JsonObject { ["labels"] = parameters["labels"]?.DeepClone() }, $"{path}.disks[0].initializeParams") is { } wrong) return wrong;
        }

        return null;
    }

    private static GoogleAnswer? Metadata(JsonArray items)
    {
        var all = 0;
        foreach (var item in items)
        {
            var (key, value) = ((string)item!["key"]!, (string?)item["value"] ?? "");
            if (!MetadataKey().IsMatch(key)) return Invalid("resource.metadata.items", key, "[a-zA-Z0-9-_]{1,128}");
            if (Encoding.UTF8.GetByteCount(value) > 262144) return GoogleAnswer.Invalid("resource.metadata", $"the value of {key} is longer than 262144 bytes.");
            all += key.Length + Encoding.UTF8.GetByteCount(value);
        }

        if (items.Select(i => (string)i!["key"]!).Distinct().Count() != items.Count) return GoogleAnswer.Invalid("resource.metadata.items", "a key is there twice.");
        return all > 524288 ? GoogleAnswer.Invalid("resource.metadata", "metadata is larger than 524288 bytes.") : null;
    }

    private static GoogleAnswer Invalid(string field, string value, string form) => GoogleAnswer.Invalid(field, $"'{value}'. Must be a match of regex '{form}'");

    [GeneratedRegex("^[a-z]([-a-z0-9]{0,61}[a-z0-9])?\\z")]
    private static partial Regex Name();

    [GeneratedRegex("^[-_a-z0-9]{0,63}\\z")]
    private static partial Regex Label();

    [GeneratedRegex("^[a-zA-Z0-9-_]{1,128}\\z")]
    private static partial Regex MetadataKey();
}
