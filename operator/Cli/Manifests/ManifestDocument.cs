using System.Text.Json;
using ImageOperator.Api;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.ImageTemplates;

namespace ImageOperator.Cli.Manifests;

/// <summary>One document of the files.</summary>
/// <param name="File">The file, as it was named.</param>
/// <param name="Content">The document.</param>
internal sealed record ManifestDocument(string File, JsonWithPositions Content)
{
    public JsonElement Json => Content.Json;

    public string? Kind => Text(Json, "kind");

    public string? ApiVersion => Text(Json, "apiVersion");

    public string? Name => Metadata("name");

    public string? Namespace => Metadata("namespace");

    /// <summary>Not a ConfigMap, Secret or other object of Kubernetes: it is ours to judge, its header included.</summary>
    public bool IsOurs => ApiVersion is null || Kind is null || Kind is ImageTemplate.KindName or ImageBuild.KindName
        || ApiVersion.StartsWith(GroupVersion.Group + "/", StringComparison.Ordinal);

    public bool Is(string kind, string? name = null) => Kind == kind && (name is null || Name == name);

    public string? Metadata(string field) =>
        Json.ValueKind == JsonValueKind.Object && Json.TryGetProperty("metadata", out var metadata) ? Text(metadata, field) : null;

    public Problem Problem(string path, string message, Severity severity = Severity.Error) =>
        new(File, Content.Find(path), path, message, severity);

    private static string? Text(JsonElement json, string field) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
