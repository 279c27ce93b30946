using System.Text.Json;

namespace ImageOperator.Api.Validation;

/// <summary>The rules of a document's outermost fields.</summary>
internal static class HeaderRules
{
    private static readonly string[] Fields = ["apiVersion", "kind", "metadata", "spec", "status"];

    private static readonly string[] MetadataFields =
    [
        "name", "generateName", "namespace", "labels", "annotations", "finalizers", "ownerReferences", "uid", "resourceVersion", "generation",
        "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "managedFields", "selfLink",
    ];

    /// <summary>The document's kind, if there is a spec of it to look at.</summary>
    public static string? Check(ErrorList errors, JsonElement document)
    {
        if (document.ValueKind != JsonValueKind.Object)
        {
            errors.Add("", $"the document must be a map of fields, not {JsonWords.Kind(document)}");
            return null;
        }

        CheckVersion(errors, document);
        var kind = CheckKind(errors, document);
        Unknown(errors, document, Fields, "");
        if (CheckObject(errors, document, "metadata") is { } metadata) CheckMetadata(errors, metadata);
        var spec = CheckObject(errors, document, "spec");
        return spec is not null && document.GetProperty("metadata").ValueKind == JsonValueKind.Object ? kind : null;
    }

    private static void CheckVersion(ErrorList errors, JsonElement document)
    {
        var version = JsonWords.StringMember(document, "apiVersion");
        errors.Require(version == GroupVersion.ApiVersion, "apiVersion",
            version is null ? $"is required: set {GroupVersion.ApiVersion}" : $"\"{version}\" is not known: set {GroupVersion.ApiVersion}");
    }

    private static string? CheckKind(ErrorList errors, JsonElement document)
    {
        var kind = JsonWords.StringMember(document, "kind");
        if (kind is not null && SchemaCatalog.Kinds.Contains(kind)) return kind;
        var kinds = string.Join(" or ", SchemaCatalog.Kinds);
        errors.Add("kind", kind is null ? $"is required: set {kinds}" : $"\"{kind}\" is not known: set {kinds}{NearestName.Hint(kind, SchemaCatalog.Kinds)}");
        return null;
    }

    private static JsonElement? CheckObject(ErrorList errors, JsonElement document, string field)
    {
        if (!document.TryGetProperty(field, out var value)) errors.Add(field, "is required: set it");
        else if (value.ValueKind != JsonValueKind.Object) errors.Add(field, $"must be a map of fields, not {JsonWords.Kind(value)}");
        else return value;
        return null;
    }

    private static void CheckMetadata(ErrorList errors, JsonElement metadata)
    {
        Unknown(errors, metadata, MetadataFields, "metadata.");
        var name = JsonWords.StringMember(metadata, "name");
        errors.Require(!string.IsNullOrEmpty(name) || JsonWords.StringMember(metadata, "generateName") is not null, "metadata.name", "is required: set it");
        errors.AddRange(NameRules.Check(name));
    }

    private static void Unknown(ErrorList errors, JsonElement value, string[] known, string prefix)
    {
        foreach (var name in value.EnumerateObject().Select(p => p.Name).Where(name => !known.Contains(name, StringComparer.Ordinal)))
        {
            errors.Add(prefix + name, $"unknown field \"{name}\"{NearestName.Hint(name, known)}");
        }
    }
}
