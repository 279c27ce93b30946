using System.Text.Json;
using ImageOperator.Api.Expressions;
using ImageOperator.Api.Expressions.Checks;
using ImageOperator.Api.Expressions.Evaluation;
using ImageOperator.Api.Expressions.Syntax;
using ImageOperator.Api.Expressions.Values;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Api.Substitution;

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
        errors.Require(!secret || parameter.ConfigMapKeyRef is null, $"{path}.configMapKeyRef", "secretKeyRef and configMapKeyRef exclude each other: remove one");
        errors.Require(parameter.ConfigMapKeyRef is null || parameter.Sensitive != true, $"{path}.configMapKeyRef",
            "a sensitive parameter must not have its value in a ConfigMap: use secretKeyRef");
        errors.Require(parameter.ItemType is null || parameter.Type is ParameterType.List or ParameterType.Map, $"{path}.itemType",
            "itemType is for lists and maps only: remove it, or set type list or map");
        errors.Require(parameter.Pattern is null || parameter.Type == ParameterType.String, $"{path}.pattern",
            "pattern applies to type string only: remove pattern or set type string");
        if (parameter.Pattern is not null && ParameterPattern.TryCompile(parameter.Pattern, out var error) is null) errors.Add($"{path}.pattern", error);
        CheckEnum(errors, parameter, $"{path}.enum");
        for (var i = 0; i < parameter.Validation.Count; i++) CheckRule(errors, parameter, parameter.Validation[i].Rule, $"{path}.validation[{i}].rule");
        if (parameter.Default is not { } value) return;
        errors.Require(!secret, $"{path}.default", "default and secretKeyRef exclude each other: remove one");
        errors.Require(parameter.ConfigMapKeyRef is null, $"{path}.default", "default and configMapKeyRef exclude each other: remove one");
        errors.Require(parameter.Required != true, $"{path}.required", "a required parameter has no default: remove required or default");
        errors.Require(secret || parameter.Sensitive != true, $"{path}.default",
            "a sensitive parameter must not have its value in the template: use secretKeyRef instead of default");
        CheckValue(errors, parameter, value, $"{path}.default");
    }

    /// <summary>A value, whether it is a default or a build's, must be of the parameter's type, pattern and enum, and keep its rules.</summary>
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
        CheckRules(errors, parameter, value, shown, path);
    }

    private static void CheckRules(ErrorList errors, Parameter parameter, JsonElement value, string shown, string path)
    {
        ExpressionValue self;
        try
        {
            self = JsonForm.Read(value);
        }
        catch (ExpressionException e)
        {
            errors.Add(path, $"the value {e.Message}");
            return;
        }

        foreach (var rule in parameter.Validation)
        {
            try
            {
                var environment = new Expressions.Evaluation.Environment(new Dictionary<string, ExpressionValue> { [SyntaxNames.Self] = self }, null);
                var kept = new Evaluator(environment, new()).Evaluate(BareExpression.Parse(rule.Rule));
                errors.Require(Operators.Truth(kept, 1), path, $"{shown} is not allowed: {rule.Message}");
            }
            catch (ExpressionException e)
            {
                // Of a secret not even the reason: it may have parts of it.
                errors.Add(path, $"{shown} cannot be judged by the rule {SchemaText.Short(rule.Rule)}{(parameter.IsSensitive ? "" : $" ({e.Message})")}: {rule.Message}");
            }
        }
    }

    private static void CheckRule(ErrorList errors, Parameter parameter, string rule, string path)
    {
        try
        {
            var type = TemplateScope.TypeOf(parameter);
            var scope = new Scope { Names = new Dictionary<string, ExpressionType>(), HasTime = false }.With(SyntaxNames.Self, type with { Kinds = type.Kinds & ~Kinds.Null });
            var checker = new Checker(scope);
            checker.CheckCondition(BareExpression.Parse(rule));
            foreach (var error in checker.Errors) errors.Add(path, $"column {error.Column}: {(error.Unknown is not null ? "a rule knows self only, the value: write for example self != \"\"" : error.Message)}");
        }
        catch (ExpressionException e)
        {
            errors.Add(path, $"column {Math.Max(1, e.Column)}: {e.Message}");
        }
    }

    private static void CheckEnum(ErrorList errors, Parameter parameter, string path)
    {
        if (parameter.Enum is not { } values) return;
        errors.Require(values.Count > 0, path, "allows no value: list at least one, or remove enum");
        for (var i = 0; i < values.Count; i++) CheckType(errors, parameter, values[i], $"{path}[{i}]");
    }

    private static bool CheckType(ErrorList errors, Parameter parameter, JsonElement value, string path)
    {
        if (!CheckKind(errors, parameter, parameter.Type, $"as parameter \"{parameter.Name}\" is", value, path)) return false;
        if (parameter.ItemType is not { } items) return true;
        var before = errors.Errors.Count;
        var words = $"as the items of parameter \"{parameter.Name}\" are";
        if (value.ValueKind == JsonValueKind.Array)
        {
            var index = 0;
            foreach (var item in value.EnumerateArray()) CheckKind(errors, parameter, items, words, item, $"{path}[{index++}]");
        }
        else if (value.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in value.EnumerateObject()) CheckKind(errors, parameter, items, words, member.Value, $"{path}.{member.Name}");
        }

        return errors.Errors.Count == before;
    }

    private static bool CheckKind(ErrorList errors, Parameter parameter, ParameterType type, string words, JsonElement value, string path)
    {
        var right = (type, value.ValueKind) is (ParameterType.String, JsonValueKind.String) or (ParameterType.Number, JsonValueKind.Number)
            or (ParameterType.Bool, JsonValueKind.True or JsonValueKind.False) or (ParameterType.List, JsonValueKind.Array) or (ParameterType.Map, JsonValueKind.Object);
        var quotes = type == ParameterType.String && value.ValueKind is JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False;
        var wanted = type switch
        {
            ParameterType.String => "a string",
            ParameterType.Number => "a number",
            ParameterType.Bool => "true or false",
            ParameterType.List => "a list",
            _ => "a map",
        };
        var found = parameter.IsSensitive ? "something else" : JsonWords.Kind(value);
        errors.Require(right, path, $"must be {wanted}, {words}, not {found}{(quotes ? ": put it in quotes" : "")}");
        return right;
    }
}
