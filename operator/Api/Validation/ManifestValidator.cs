using System.Text.Json;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.ImageTemplates;

namespace ImageOperator.Api.Validation;

/// <summary>Validates a manifest, as read from YAML, without a cluster: all that the API server would refuse, and what only a build would find out.</summary>
public static class ManifestValidator
{
    /// <summary>Validates one document.</summary>
    public static IReadOnlyList<ValidationError> Validate(JsonElement manifest) => Read(manifest).Errors;

    internal static Manifest Read(JsonElement document)
    {
        var errors = new ErrorList();
        if (HeaderRules.Check(errors, document) is not { } kind) return new(null, null, errors.Errors);
        var spec = document.GetProperty("spec");
        errors.AddRange(StructuralValidator.ValidateSpec(spec, kind));
        var name = JsonWords.StringMember(document.GetProperty("metadata"), "name");
        var key = name is null ? null : $"{kind}/{JsonWords.StringMember(document.GetProperty("metadata"), "namespace")}/{name}";
        object? read = kind == ImageTemplate.KindName ? Template(errors, spec) : Build(errors, spec);
        return new(key, read, errors.Errors);
    }

    private static ImageTemplateSpec? Template(ErrorList errors, JsonElement json)
    {
        var spec = TryRead<ImageTemplateSpec>(errors, json, ImageTemplate.KindName);
        if (spec is not null) errors.AddRange(TemplateValidator.Validate(spec));
        return spec;
    }

    private static ImageBuildSpec? Build(ErrorList errors, JsonElement json)
    {
        var spec = TryRead<ImageBuildSpec>(errors, json, ImageBuild.KindName);
        if (spec is not null) errors.AddRange(BuildValidator.Validate(spec));
        return spec;
    }

    // What cannot be read has been complained about by its structure.
    private static T? TryRead<T>(ErrorList errors, JsonElement spec, string kind)
        where T : class
    {
        if (errors.Errors.Any(StructuralValidator.IsNullItem)) return null;
        try
        {
            return SchemaDefaults.Fill(spec, kind).Deserialize<T>(ApiJson.Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
