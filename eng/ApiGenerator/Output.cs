using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using ImageOperator.Api;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Api.Platforms;
using ImageOperator.Eng.ApiGenerator.Crds;
using ImageOperator.Eng.ApiGenerator.Docs;
using ImageOperator.Eng.ApiGenerator.Reference;

namespace ImageOperator.Eng.ApiGenerator;

/// <summary>Every generated file: its path below the repository's root, and its text.</summary>
internal static class Output
{
    private const string Command = "dotnet run --project eng/ApiGenerator";
    private const string Header = $"# Generated from operator/Api by `{Command}` (make generate); do not edit.\n";

    private static readonly JsonSerializerOptions Indented = new(ApiJson.Options) { WriteIndented = true, NewLine = "\n" };

    private static readonly JsonSerializerOptions Compact = new(ApiJson.Options) { WriteIndented = false, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <exception cref="InvalidOperationException">A property has no summary, or a type cannot be said in a structural schema.</exception>
    public static SortedDictionary<string, string> Generate()
    {
        var docs = XmlDocs.Load(typeof(GroupVersion).Assembly);
        Type[] kinds = [typeof(ImageTemplate), typeof(ImageBuild), typeof(ImagePlatform), typeof(ClusterImagePlatform), typeof(ClusterImageTemplate)];
        CustomResource[] resources = [.. kinds.Select(k => CustomResource.Of(k, docs))];
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var resource in resources)
        {
            var name = resource.Kind.ToLowerInvariant();
            files[$"crds/{resource.FileName}"] = $"{Header}---\n{YamlText.Write(resource.Definition)}";
            // Helm reads no files outside the chart.
            files[$"charts/image-operator/files/crds/{resource.FileName}"] = Header + InOneLine(resource.Definition);
            files[$"operator/Api/Schema/Generated/{name}.json"] = resource.Schema.ToJsonString(Indented) + "\n";
            files[$"docs/api/{name}.md"] = $"<!-- Generated from operator/Api by `{Command}` (make generate); do not edit. -->\n{KindPage.Write(resource, docs)}";
        }

        files["crds/kustomization.yaml"] = Header + YamlText.Write(Kustomization("resources", [.. resources.Select(r => r.FileName)]));
        // kustomize reads no files above its folder, but folders that have a kustomization; in kubectl 1.20 only as bases.
        files["config/crd/kustomization.yaml"] = Header + YamlText.Write(Kustomization("bases", "../../crds"));
        return docs.Missing.Count == 0 ? files : throw new InvalidOperationException($"without <summary>: {string.Join(", ", docs.Missing)}");
    }

    /// <summary>A release is kept in one Secret, all files of its chart in it: what is indented takes twice the room.</summary>
    private static string InOneLine(JsonObject definition)
    {
        var head = definition.DeepClone().AsObject();
        head.Remove("spec");
        return $"# Readable in crds/; here without spaces, for Helm keeps it in a Secret with each release.\n{YamlText.Write(head)}spec: {definition["spec"]!.ToJsonString(Compact)}\n";
    }

    private static JsonObject Kustomization(string field, params string[] resources) => new()
    {
        ["apiVersion"] = "kustomize.config.k8s.io/v1beta1",
        ["kind"] = "Kustomization",
        [field] = new JsonArray([.. resources.Select(r => (JsonNode)r)]),
    };
}
