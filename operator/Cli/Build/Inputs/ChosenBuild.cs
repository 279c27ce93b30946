using System.Text.Json;
using ImageOperator.Api;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Api.Validation;
using ImageOperator.Cli.Hosting;
using ImageOperator.Cli.Manifests;

namespace ImageOperator.Cli.Build.Inputs;

/// <summary>What of the files is to be built.</summary>
/// <param name="Name">The build's name.</param>
/// <param name="Namespace">Its namespace.</param>
/// <param name="Spec">The build; made in memory if only a template was chosen.</param>
/// <param name="Template">The template.</param>
internal sealed record ChosenBuild(string Name, string Namespace, ImageBuildSpec Spec, ImageTemplateSpec Template)
{
    /// <exception cref="UsageException">There is none, or several and none is named.</exception>
    public static ChosenBuild Choose(IReadOnlyList<ManifestDocument> documents, string? build, string? template)
    {
        if (build is not null && template is not null) throw new UsageException("--build and --template exclude each other: give one");
        var builds = documents.Where(d => d.Is(ImageBuild.KindName)).ToList();
        var templates = documents.Where(d => d.Is(ImageTemplate.KindName)).ToList();
        if (template is not null || (build is null && builds.Count == 0)) return OfTemplate(One(templates, ImageTemplate.KindName, template, "--template"));
        return OfBuild(One(builds, ImageBuild.KindName, build, "--build"), templates);
    }

    private static ChosenBuild OfTemplate(ManifestDocument document) =>
        new(document.Name!, document.Namespace ?? "default", new() { TemplateRef = new() { Name = document.Name! } }, Read<ImageTemplateSpec>(document));

    private static ChosenBuild OfBuild(ManifestDocument document, List<ManifestDocument> templates)
    {
        var spec = Read<ImageBuildSpec>(document);
        var name = document.Name ?? $"{document.Metadata("generateName")?.TrimEnd('-')}-{Guid.NewGuid().ToString("N")[..5]}";
        var template = spec.Template ?? Read<ImageTemplateSpec>(
            templates.FirstOrDefault(t => t.Name == spec.TemplateRef!.Name && t.Namespace == document.Namespace)
            ?? throw new UsageException($"ImageBuild \"{name}\" refers to ImageTemplate \"{spec.TemplateRef!.Name}\", which is not in the files: add its file with -f"));
        return new(name, document.Namespace ?? "default", spec, template);
    }

    private static ManifestDocument One(List<ManifestDocument> documents, string kind, string? name, string option)
    {
        var names = string.Join(", ", documents.Select(d => d.Name));
        var found = documents.Where(d => name is null || d.Name == name).ToList();
        return found.Count switch
        {
            1 => found[0],
            0 when documents.Count == 0 => throw new UsageException($"the files have no {kind}"),
            0 => throw new UsageException($"the files have no {kind} \"{name}\"; they have {names}"),
            _ => throw new UsageException($"the files have several of kind {kind} ({names}): choose one with {option}"),
        };
    }

    private static T Read<T>(ManifestDocument document) => SchemaDefaults.Fill(document.Json.GetProperty("spec"), document.Kind!).Deserialize<T>(ApiJson.Options)!;
}
