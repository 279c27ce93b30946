using System.Text.Json;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Api.Platforms;

namespace ImageOperator.Api.Validation;

/// <summary>Validates several manifests together: a build against its template, a target against its platform, where those are among them.</summary>
public static class ManifestSet
{
    /// <summary>Everything that is wrong, in the order of the documents.</summary>
    public static IReadOnlyList<ManifestError> Validate(IReadOnlyList<JsonElement> manifests)
    {
        var read = manifests.Select(ManifestValidator.Read).ToList();
        var byKey = new Dictionary<string, Manifest>(StringComparer.Ordinal);
        var result = new List<ManifestError>();
        for (var i = 0; i < read.Count; i++)
        {
            var errors = new ErrorList();
            errors.AddRange(read[i].Errors);
            if (read[i].Key is { } key && !byKey.TryAdd(key, read[i])) errors.Add("metadata.name", "another document is of the same kind and name: rename or remove one");
            result.AddRange(errors.Errors.Select(e => new ManifestError(i, e)));
        }

        for (var i = 0; i < read.Count; i++)
        {
            if (read[i] is not { Key: { } key }) continue;
            var space = key.Split('/')[1];
            var found = read[i].Spec switch
            {
                ImageBuildSpec { TemplateRef: { } reference } build when Named(reference.Kind, space, reference.Name) is ImageTemplateSpec template => BuildValidator.Validate(build, template),
                ImageBuildSpec { Template: { } inline } => Fits(inline, space, "spec.template"),
                ImageTemplateSpec template => Fits(template, space, "spec"),
                _ => [],
            };
            var known = read[i].Errors.ToHashSet();
            result.AddRange(found.Where(e => !known.Contains(e)).Select(e => new ManifestError(i, e)));
        }

        return [.. result.OrderBy(e => e.Index)];

        object? Named(Enum kind, string space, string name) =>
            byKey.GetValueOrDefault($"{kind}/{(kind.ToString().StartsWith("Cluster", StringComparison.Ordinal) ? "" : space)}/{name}")?.Spec;

        // A platform that is not among the documents may well be in the cluster.
        IReadOnlyList<ValidationError> Fits(ImageTemplateSpec template, string space, string path) =>
        [
            .. template.Targets.SelectMany((target, index) =>
                target.PlatformRef is { } reference && Named(reference.Kind, space, reference.Name) is ImagePlatformSpec platform
                    ? PlatformFit.Check(PlatformDefaults.Apply(target, platform), reference, platform, $"{path}.targets[{index}]")
                    : []),
        ];
    }
}
