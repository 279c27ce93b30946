using System.Text.Json;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.ImageTemplates;

namespace ImageOperator.Api.Validation;

/// <summary>Validates several manifests together: a build against the template that it refers to, if that is among them.</summary>
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
            if (read[i] is not { Key: { } key, Spec: ImageBuildSpec { TemplateRef: { } reference } build }) continue;
            var template = byKey.GetValueOrDefault($"{ImageTemplate.KindName}/{key.Split('/')[1]}/{reference.Name}")?.Spec as ImageTemplateSpec;
            var known = read[i].Errors.ToHashSet();
            if (template is not null) result.AddRange(BuildValidator.Validate(build, template).Where(e => !known.Contains(e)).Select(e => new ManifestError(i, e)));
        }

        return [.. result.OrderBy(e => e.Index)];
    }
}
