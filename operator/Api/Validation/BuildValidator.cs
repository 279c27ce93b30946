using System.Text.Json;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.ImageTemplates;

namespace ImageOperator.Api.Validation;

/// <summary>Says everything that is wrong with a build beyond its structure.</summary>
public static class BuildValidator
{
    /// <summary>Validates a build. Without the template that it refers to, its parameters and targets are not judged.</summary>
    /// <param name="build">The build.</param>
    /// <param name="template">The template that <c>templateRef</c> names, if it is known; <c>spec.template</c> is judged by itself.</param>
    public static IReadOnlyList<ValidationError> Validate(ImageBuild build, ImageTemplateSpec? template = null) =>
        Validate(build.Metadata?.Name, build.Spec, template);

    /// <summary>Validates a build of which the parameters may be known better than by its spec.</summary>
    /// <param name="name">The build's name.</param>
    /// <param name="spec">The spec.</param>
    /// <param name="template">The template that <c>templateRef</c> names, if it is known.</param>
    public static IReadOnlyList<ValidationError> Validate(string? name, ImageBuildSpec spec, ImageTemplateSpec? template) =>
        [.. NameRules.Check(name), .. Validate(spec, template)];

    /// <summary>Validates a build's spec.</summary>
    /// <param name="spec">The spec.</param>
    /// <param name="template">The template that <c>templateRef</c> names, if it is known.</param>
    public static IReadOnlyList<ValidationError> Validate(ImageBuildSpec spec, ImageTemplateSpec? template = null)
    {
        var errors = new ErrorList();
        errors.Require(spec.TemplateRef is null != spec.Template is null, "spec", "exactly one of templateRef and template must be set");
        if (spec.Template is not null) errors.AddRange(TemplateValidator.Validate(spec.Template, "spec.template"));
        errors.Unique(spec.Targets ?? [], "spec.targets", "target");
        if ((spec.Template ?? template) is not { } judge) return errors.Errors;
        if (spec.Targets is not null) StepRules.TargetNames(errors, spec.Targets, [.. judge.Targets.Select(t => t.Name)], "spec.targets");
        CheckParameters(errors, spec.Parameters ?? new Dictionary<string, JsonElement>(), judge.Parameters);
        return errors.Errors;
    }

    private static void CheckParameters(ErrorList errors, IReadOnlyDictionary<string, JsonElement> given, IReadOnlyList<Parameter> declared)
    {
        var names = declared.Select(p => p.Name).ToList();
        foreach (var name in given.Keys.Where(name => !names.Contains(name, StringComparer.Ordinal)))
        {
            var list = names.Count > 0 ? $"parameters are {string.Join(", ", names)}" : "the template has no parameters";
            errors.Add($"spec.parameters.{name}", $"there is no parameter \"{name}\"{NearestName.Hint(name, names)}; {list}");
        }

        foreach (var parameter in declared)
        {
            var path = $"spec.parameters.{parameter.Name}";
            if (!given.TryGetValue(parameter.Name, out var value))
            {
                errors.Require(!parameter.MustBeGiven, path, "is required: the parameter has no default, set it");
            }
            else if (parameter.SecretKeyRef is not null)
            {
                errors.Add(path, $"its value comes from the Secret \"{parameter.SecretKeyRef.Name}\" and must not stand in a build: remove it");
            }
            else
            {
                ParameterRules.CheckValue(errors, parameter, value, path);
            }
        }
    }
}
