using System.Text.Json;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Api.Validation;

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

        // An inline template is judged with its build.
        var ofTemplate = build.Spec.Template is null ? TemplateValidator.Validate(template).Select(e => $"{build.Spec.TemplateRef?.Kind} {build.Spec.TemplateRef?.Name}: {e}") : [];
        return new(TargetNames(build, template), values, [.. ofTemplate, .. BuildValidator.Validate(build, template).Select(e => e.ToString())]);
    }
}
