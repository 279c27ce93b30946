using System.Text.Json;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.ImageTemplates;

namespace ImageOperator.Controller.Builds;

/// <summary>What a build asks of a template.</summary>
/// <param name="Targets">The targets to build.</param>
/// <param name="Parameters">The values; those of sensitive parameters are not here.</param>
/// <param name="Errors">What is wrong, each with its field.</param>
internal sealed record BuildInputs(IReadOnlyList<string> Targets, IReadOnlyDictionary<string, JsonElement> Parameters, IReadOnlyList<string> Errors)
{
    public static IReadOnlyList<string> TargetNames(ImageBuild build, ImageTemplateSpec template) => build.Spec.Targets ?? [.. template.Targets.Select(t => t.Name)];

    public static BuildInputs Resolve(ImageBuild build, ImageTemplateSpec template)
    {
        var errors = Check(build, template);
        var values = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var parameter in template.Parameters.Where(p => !p.IsSensitive))
        {
            if (build.Spec.Parameters?.TryGetValue(parameter.Name, out var given) == true)
            {
                values[parameter.Name] = given;
            }
            else if (parameter.Default is { } unset)
            {
                values[parameter.Name] = unset;
            }
        }

        return new(TargetNames(build, template), values, errors);
    }

    private static List<string> Check(ImageBuild build, ImageTemplateSpec template)
    {
        var errors = new List<string>();
        foreach (var (name, i) in (build.Spec.Targets ?? []).Select((n, i) => (n, i)))
        {
            if (!template.Targets.Any(t => t.Name == name)) errors.Add($"spec.targets[{i}]: the template has no target {name}");
        }

        foreach (var name in (build.Spec.Parameters ?? new Dictionary<string, JsonElement>()).Keys)
        {
            if (!template.Parameters.Any(p => p.Name == name)) errors.Add($"spec.parameters.{name}: the template has no such parameter");
        }

        foreach (var parameter in template.Parameters)
        {
            if (parameter.SecretKeyRef is null && parameter.Default is null && build.Spec.Parameters?.ContainsKey(parameter.Name) != true)
            {
                errors.Add($"spec.parameters.{parameter.Name}: a value is required");
            }
        }

        return errors;
    }
}
