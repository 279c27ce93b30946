using System.Text.Json;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Api.Platforms;

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
        object? read = kind switch
        {
            ImageTemplate.KindName => Read<ImageTemplateSpec>(errors, spec, kind, s => TemplateValidator.Validate(s)),
            ClusterImageTemplate.KindName => Read<ClusterImageTemplateSpec>(errors, spec, kind, s => TemplateValidator.Validate(s)),
            ImagePlatform.KindName => Read<ImagePlatformSpec>(errors, spec, kind, s => PlatformValidator.Validate(s)),
            ClusterImagePlatform.KindName => Read<ClusterImagePlatformSpec>(errors, spec, kind, s => PlatformValidator.Validate(s)),
            _ => Read<ImageBuildSpec>(errors, spec, kind, s => BuildValidator.Validate(s)),
        };
        return new(key, read, errors.Errors);
    }

    private static T? Read<T>(ErrorList errors, JsonElement json, string kind, Func<T, IReadOnlyList<ValidationError>> validate)
        where T : class
    {
        var spec = TryRead<T>(errors, json, kind);
        if (spec is not null) errors.AddRange(validate(spec));
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
