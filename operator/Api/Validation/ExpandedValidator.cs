using System.Text.Json;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Api.Provisioners;
using ImageOperator.Api.Substitution;
using ImageOperator.Api.Targets;

namespace ImageOperator.Api.Validation;

/// <summary>
/// Validates parts of a template whose <c>$(…)</c> are expanded. A template may hold an expression where a URL, a checksum or
/// a path belongs; what it became must be one, for values come from whoever may create builds.
/// </summary>
public static class ExpandedValidator
{
    /// <summary>Validates an expanded target.</summary>
    public static IReadOnlyList<ValidationError> Validate(Target target, string path) =>
        Validate(target, "targets", path, errors => TargetRules.Check(errors, target, path));

    /// <summary>Validates an expanded provisioner.</summary>
    public static IReadOnlyList<ValidationError> Validate(Provisioner step, string path) =>
        Validate(step, "provisioners", path, errors => StepRules.CheckKinds(errors, step, path));

    /// <summary>Validates an expanded test.</summary>
    public static IReadOnlyList<ValidationError> Validate(ImageTest test, string path) =>
        Validate(test, "tests", path, errors => StepRules.CheckKinds(errors, test, path));

    /// <summary>Validates an expanded communicator.</summary>
    public static IReadOnlyList<ValidationError> Validate(Communicator communicator, string path) =>
        Validate(communicator, "communicator", path, errors => SshRules.Check(errors, communicator, path));

    /// <summary>Validates an expanded entry of the workspace.</summary>
    public static IReadOnlyList<ValidationError> Validate(WorkspaceSource source, string path) =>
        Validate(source, "workspace", path, errors => WorkspaceRules.Check(errors, source, path));

    /// <summary>Validates an expanded look-up.</summary>
    public static IReadOnlyList<ValidationError> Validate(Lookup lookup, string path) =>
        Validate(lookup, "lookups", path, errors => LookupRules.Check(errors, lookup, path));

    private static IReadOnlyList<ValidationError> Validate<T>(T part, string field, string path, Action<ErrorList> rules)
    {
        var errors = new ErrorList();
        var json = JsonSerializer.SerializeToElement(part, ApiJson.Options);
        var schema = SchemaCatalog.TemplateField(field);
        StructuralValidator.Check(errors, schema, json, path);
        Unexpanded(errors, schema, json, path);
        rules(errors);
        return errors.Errors;
    }

    // Patterns let expressions pass, and so would let pass a value that looks like one.
    private static void Unexpanded(ErrorList errors, JsonElement schema, JsonElement value, string path)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object when schema.TryGetProperty("properties", out var properties):
                foreach (var member in value.EnumerateObject()) Unexpanded(errors, properties.GetProperty(member.Name), member.Value, $"{path}.{member.Name}");
                break;
            case JsonValueKind.String when schema.TryGetProperty("pattern", out _):
                var text = value.GetString()!.Replace($"$({KnownNames.SourceId})", "", StringComparison.Ordinal);
                errors.Require(!text.Contains("$(", StringComparison.Ordinal), path, $"\"{SchemaText.Short(text)}\" has a $( in it although it is expanded: change the value");
                break;
        }
    }
}
