using System.Text.Json;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Api.Validation;
using ImageOperator.Cli.Manifests;

namespace ImageOperator.Cli.Validate;

/// <summary>Everything that is wrong with a set of manifests, in the order of the files.</summary>
internal static class ManifestChecks
{
    public static IReadOnlyList<Problem> Check(ManifestFiles files)
    {
        var ours = files.Documents.Where(d => d.IsOurs).ToList();
        var others = files.Documents.Except(ours).ToList();
        List<Problem> problems =
        [
            .. files.Problems,
            .. ManifestSet.Validate([.. ours.Select(d => d.Json)]).Select(e => ours[e.Index].Problem(e.Error.Path, e.Error.Message)),
            .. ours.SelectMany(d => ManifestDoubts.Of(d.Json).Select(e => d.Problem(e.Path, e.Message, Severity.Warning))),
            .. others.Where(d => d.Name is null).Select(d => d.Problem("metadata.name", "is required: set it")),
            .. ours.Where(d => d.Is(ImageBuild.KindName)).SelectMany(d => CheckTemplateRef(d, ours)),
            .. ours.SelectMany(d => TemplateOf(d) is var (spec, path) ? References.Check(d, spec, path, others) : []),
        ];
        var order = files.Documents.Select(d => d.File).Concat(files.Problems.Select(p => p.File)).Distinct().ToList();
        return [.. problems.OrderBy(p => order.IndexOf(p.File)).ThenBy(p => p.Line).ThenBy(p => p.Column)];
    }

    private static IEnumerable<Problem> CheckTemplateRef(ManifestDocument build, List<ManifestDocument> ours)
    {
        if (build.Json.ValueKind != JsonValueKind.Object || !build.Json.TryGetProperty("spec", out var spec) || spec.ValueKind != JsonValueKind.Object) yield break;
        if (!spec.TryGetProperty("templateRef", out var reference) || reference.ValueKind != JsonValueKind.Object) yield break;
        if (!reference.TryGetProperty("name", out var name) || name.ValueKind != JsonValueKind.String) yield break;
        var ofCluster = reference.TryGetProperty("kind", out var named) && named.ValueKind == JsonValueKind.String && named.ValueEquals(ClusterImageTemplate.KindName);
        var kind = ofCluster ? ClusterImageTemplate.KindName : ImageTemplate.KindName;
        if (ours.Any(d => d.Is(kind, name.GetString()) && (ofCluster || d.Namespace == build.Namespace))) yield break;
        yield return build.Problem("spec.templateRef.name",
            $"{kind} \"{name.GetString()}\" is not in these files, so parameters and targets were not judged: add its file with -f", Severity.Warning);
    }

    private static (JsonElement Spec, string Path)? TemplateOf(ManifestDocument document)
    {
        if (document.Json.ValueKind != JsonValueKind.Object || !document.Json.TryGetProperty("spec", out var spec) || spec.ValueKind != JsonValueKind.Object) return null;
        if (document.Is(ImageTemplate.KindName) || document.Is(ClusterImageTemplate.KindName)) return (spec, "spec");
        return document.Is(ImageBuild.KindName) && spec.TryGetProperty("template", out var template) && template.ValueKind == JsonValueKind.Object
            ? (template, "spec.template")
            : null;
    }
}
