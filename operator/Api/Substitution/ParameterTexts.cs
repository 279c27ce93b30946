using System.Text.Json;
using ImageOperator.Api.Expressions;
using ImageOperator.Api.Expressions.Values;
using ImageOperator.Api.ImageTemplates;

namespace ImageOperator.Api.Substitution;

/// <summary>Parameters' values that come as texts: of files, of ConfigMaps, of a command line.</summary>
public static class ParameterTexts
{
    /// <summary>The value that a text means for a parameter: a string as it is; a number, a bool, a list or a map as in JSON, or in YAML.</summary>
    /// <returns>Null if the text is no value of that type.</returns>
    public static JsonElement? Parse(ParameterType type, string text)
    {
        if (type == ParameterType.String) return JsonSerializer.SerializeToElement(text);
        try
        {
            var value = type is ParameterType.List or ParameterType.Map && !IsJson(text) ? Expressions.Functions.YamlForm.Parse(text) : JsonForm.Parse(text);
            return value.Kind == KindOf(type) ? JsonElement.Parse(JsonForm.Write(value)) : null;
        }
        catch (ExpressionException)
        {
            return null;
        }
    }

    /// <summary>A value and all texts and numbers in it: of a sensitive one none may be shown.</summary>
    public static IEnumerable<string> Parts(Parameter parameter, string text) => [text, .. Leaves(Read(parameter.Type, text)).Distinct(StringComparer.Ordinal)];

    /// <summary>All texts and numbers in a value.</summary>
    public static IEnumerable<string> Parts(JsonElement value) => Leaves(JsonForm.Read(value)).Distinct(StringComparer.Ordinal);

    private static IEnumerable<string> Leaves(ExpressionValue value) => value switch
    {
        ListValue list => list.Items.SelectMany(Leaves),
        MapValue map => map.Members.Values.SelectMany(Leaves),
        StringValue or NumberValue => [value.Text!],
        _ => [],
    };

    internal static Kinds KindOf(ParameterType type) => type switch
    {
        ParameterType.Number => Kinds.Number,
        ParameterType.Bool => Kinds.Bool,
        ParameterType.List => Kinds.List,
        ParameterType.Map => Kinds.Map,
        _ => Kinds.String,
    };

    /// <summary>What <see cref="ParameterValues.Text"/> wrote. A text that is none of its type (a Secret's) stays a text.</summary>
    internal static ExpressionValue Read(ParameterType type, string text)
    {
        if (type == ParameterType.String) return ExpressionValue.Of(text);
        try
        {
            return JsonForm.Parse(text) is var value && value.Kind == KindOf(type) ? value : ExpressionValue.Of(text);
        }
        catch (ExpressionException)
        {
            return ExpressionValue.Of(text);
        }
    }

    private static bool IsJson(string text)
    {
        try
        {
            JsonForm.Parse(text);
            return true;
        }
        catch (ExpressionException)
        {
            return false;
        }
    }
}
