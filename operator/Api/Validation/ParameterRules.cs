using System.Text.Json;
using ImageOperator.Api.ImageTemplates;

namespace ImageOperator.Api.Validation;

internal static class ParameterRules
{
    public static void Check(ErrorList errors, IReadOnlyList<Parameter> parameters, string path)
    {
        errors.Unique(parameters.Select(p => p.Name), path, "name");
        for (var i = 0; i < parameters.Count; i++) Check(errors, parameters[i], $"{path}[{i}]");
    }

    private static void Check(ErrorList errors, Parameter parameter, string path)
    {
        var secret = parameter.SecretKeyRef is not null;
        errors.Require(!secret || parameter.Type == ParameterType.String, $"{path}.type", "a parameter with secretKeyRef must have type string");
        errors.Require(parameter.Pattern is null || parameter.Type == ParameterType.String, $"{path}.pattern",
            "pattern applies to type string only: remove pattern or set type string");
        if (parameter.Pattern is not null && ParameterPattern.TryCompile(parameter.Pattern, out var error) is null) errors.Add($"{path}.pattern", error);
        CheckEnum(errors, parameter, $"{path}.enum");
        if (parameter.Default is not { } value) return;
        errors.Require(!secret, $"{path}.default", "default and secretKeyRef exclude each other: remove one");
        errors.Require(parameter.Required != true, $"{path}.required", "a required parameter has no default: remove required or default");
        errors.Require(secret || parameter.Sensitive != true, $"{path}.default",
            "a sensitive parameter must not have its value in the template: use secretKeyRef instead of default");
        CheckValue(errors, parameter, value, $"{path}.default");
    }

    /// <summary>A value, whether it is a default or a build's, must be of the parameter's type, pattern and enum.</summary>
    public static void CheckValue(ErrorList errors, Parameter parameter, JsonElement value, string path)
    {
        if (!CheckType(errors, parameter, value, path)) return;
        // A sensitive value is not repeated.
        var shown = parameter.IsSensitive ? "the value" : SchemaText.Short(value.GetRawText());
        var pattern = parameter is { Pattern: { } text, Type: ParameterType.String } ? ParameterPattern.TryCompile(text, out _) : null;
        errors.Require(pattern is null || ParameterPattern.IsMatch(pattern, value.GetString()!), path, $"{shown} does not match the pattern {parameter.Pattern}");
        var allowed = parameter.Enum;
        errors.Require(allowed is null || allowed.Any(e => JsonElement.DeepEquals(e, value)), path,
            $"{shown} is not allowed: use one of {string.Join(", ", allowed?.Select(e => e.GetRawText()) ?? [])}");
    }

    private static void CheckEnum(ErrorList errors, Parameter parameter, string path)
    {
        if (parameter.Enum is not { } values) return;
        errors.Require(values.Count > 0, path, "allows no value: list at least one, or remove enum");
        for (var i = 0; i < values.Count; i++) CheckType(errors, parameter, values[i], $"{path}[{i}]");
    }

    private static bool CheckType(ErrorList errors, Parameter parameter, JsonElement value, string path)
    {
        var right = (parameter.Type, value.ValueKind) is (ParameterType.String, JsonValueKind.String)
            or (ParameterType.Number, JsonValueKind.Number) or (ParameterType.Bool, JsonValueKind.True or JsonValueKind.False);
        var quotes = parameter.Type == ParameterType.String && value.ValueKind is JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False;
        var wanted = parameter.Type switch { ParameterType.String => "a string", ParameterType.Number => "a number", _ => "true or false" };
        var found = parameter.IsSensitive ? "something else" : JsonWords.Kind(value);
        errors.Require(right, path, $"must be {wanted}, as parameter \"{parameter.Name}\" is, not {found}{(quotes ? ": put it in quotes" : "")}");
        return right;
    }
}
