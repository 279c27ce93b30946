using System.Text.Json;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Api.Substitution;
using ImageOperator.Api.Validation;

namespace ImageOperator.Controller.Builds;

/// <summary>What a build asks of a template.</summary>
/// <param name="Targets">The targets to build.</param>
/// <param name="Parameters">The values; those of sensitive parameters are not here.</param>
/// <param name="Errors">What is wrong, each with its field.</param>
internal sealed record BuildInputs(IReadOnlyList<string> Targets, IReadOnlyDictionary<string, JsonElement> Parameters, IReadOnlyList<string> Errors)
{
    private const string ParametersPath = "spec.parameters.";

    public static IReadOnlyList<string> TargetNames(ImageBuild build, ImageTemplateSpec template) => build.Spec.Targets ?? [.. template.Targets.Select(t => t.Name)];

    /// <param name="build">The build.</param>
    /// <param name="template">The template.</param>
    /// <param name="configMaps">What ConfigMaps hold for parameters that the build does not set.</param>
    public static BuildInputs Resolve(ImageBuild build, ImageTemplateSpec template, IReadOnlyDictionary<string, ConfigMapValue> configMaps)
    {
        var errors = new List<string>();
        var given = build.Spec.Parameters?.ToDictionary(StringComparer.Ordinal) ?? new(StringComparer.Ordinal);
        foreach (var parameter in template.Parameters)
        {
            if (!configMaps.TryGetValue(parameter.Name, out var value)) continue;
            if (ParameterTexts.Parse(parameter.Type, value.Text!) is { } read) given.TryAdd(parameter.Name, read);
            else errors.Add($"{value.Place}: is no value of type {parameter.Type.ToString().ToLowerInvariant()}, as parameter \"{parameter.Name}\" is: correct it there");
        }

        var values = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var parameter in template.Parameters.Where(p => !p.IsSensitive))
        {
            if (given.TryGetValue(parameter.Name, out var set)) values[parameter.Name] = set;
            else if (parameter.Default is { } unset) values[parameter.Name] = unset;
        }

        // An inline template is judged with its build.
        if (build.Spec.Template is null) errors.AddRange(TemplateValidator.Validate(template).Select(e => $"{build.Spec.TemplateRef?.Kind} {build.Spec.TemplateRef?.Name}: {e}"));
        errors.AddRange(BuildValidator.Validate(build.Metadata.Name, build.Spec with { Parameters = given.Count > 0 ? given : null }, template).Select(e => Placed(e, configMaps)));
        return new(TargetNames(build, template), values, errors);
    }

    /// <summary>A value of a ConfigMap is corrected there.</summary>
    private static string Placed(ValidationError error, IReadOnlyDictionary<string, ConfigMapValue> configMaps)
    {
        var name = error.Path.StartsWith(ParametersPath, StringComparison.Ordinal) ? error.Path[ParametersPath.Length..].Split('.', '[')[0] : "";
        return configMaps.TryGetValue(name, out var value) ? $"{value.Place}: {error.Message}" : error.ToString();
    }
}
