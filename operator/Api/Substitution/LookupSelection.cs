using System.Text.Json;
using ImageOperator.Api.Expressions;
using ImageOperator.Api.Expressions.Evaluation;
using ImageOperator.Api.Expressions.Syntax;
using ImageOperator.Api.Expressions.Values;

namespace ImageOperator.Api.Substitution;

/// <summary>What a look-up takes of what it found.</summary>
public static class LookupSelection
{
    /// <summary>The value: what <paramref name="select"/> makes of what was found, or all of it; members in order, no spaces.</summary>
    /// <exception cref="FormatException">There is no such value; the message names the column.</exception>
    public static JsonElement Apply(string? select, JsonElement found)
    {
        try
        {
            var value = JsonForm.Read(found);
            if (select is not null) value = new Evaluator(new(new Dictionary<string, ExpressionValue> { [SyntaxNames.Self] = value }, null), new()).Evaluate(BareExpression.Parse(select));
            return JsonElement.Parse(JsonForm.Write(value));
        }
        catch (ExpressionException e)
        {
            throw new FormatException(e.Column > 0 ? $"column {e.Column}: {e.Message}" : e.Message, e);
        }
    }

    /// <summary>YAML as JSON.</summary>
    /// <exception cref="FormatException">It is not YAML.</exception>
    public static JsonElement ReadYaml(string text)
    {
        try
        {
            return JsonElement.Parse(JsonForm.Write(Expressions.Functions.YamlForm.Parse(text)));
        }
        catch (ExpressionException e)
        {
            throw new FormatException(e.Message, e);
        }
    }
}
