using System.Text.Json;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Api.Platforms;

namespace ImageOperator.Api.Validation;

/// <summary>The generated OpenAPI schemas of the kinds.</summary>
internal static class SchemaCatalog
{
    private static readonly Dictionary<string, Lazy<JsonElement>> Roots = new(StringComparer.Ordinal)
    {
        [ImageTemplate.KindName] = new(() => Load(ImageTemplate.KindName)),
        [ImageBuild.KindName] = new(() => Load(ImageBuild.KindName)),
        [ImagePlatform.KindName] = new(() => Load(ImagePlatform.KindName)),
        [ClusterImagePlatform.KindName] = new(() => Load(ClusterImagePlatform.KindName)),
        [ClusterImageTemplate.KindName] = new(() => Load(ClusterImageTemplate.KindName)),
    };

    public static IReadOnlyCollection<string> Kinds => Roots.Keys;

    public static JsonElement Root(string kind) => Roots[kind].Value;

    /// <summary>The schema of a field of the template's spec; of the items, if it is a list.</summary>
    public static JsonElement TemplateField(string field)
    {
        var schema = Root(ImageTemplate.KindName).GetProperty("properties").GetProperty("spec").GetProperty("properties").GetProperty(field);
        return schema.TryGetProperty("items", out var items) ? items : schema;
    }

    private static JsonElement Load(string kind)
    {
        var name = $"schema/{kind.ToLowerInvariant()}";
        using var stream = typeof(SchemaCatalog).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"{name} is not embedded: run `make generate`");
        using var document = JsonDocument.Parse(stream);
        return document.RootElement.Clone();
    }
}
