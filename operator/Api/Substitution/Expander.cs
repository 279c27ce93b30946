using System.Text;
using ImageOperator.Api.Expressions;
using ImageOperator.Api.Expressions.Checks;
using ImageOperator.Api.Expressions.Evaluation;
using ImageOperator.Api.Expressions.Syntax;
using ImageOperator.Api.Expressions.Values;

namespace ImageOperator.Api.Substitution;

/// <summary>Replaces <c>$(…)</c> in a text. Values are not expanded again; the time is linear in the text.</summary>
public static class Expander
{
    /// <summary>Expands the text. An expression without a value stays as it is and is told of.</summary>
    /// <param name="text">The text.</param>
    /// <param name="values">What names stand for.</param>
    /// <param name="errors">What has no value, in order.</param>
    /// <param name="secrets">Takes what came of sensitive values: it must not be shown.</param>
    public static string Expand(string text, ExpressionValues values, out IReadOnlyList<ExpressionError> errors, ICollection<string>? secrets = null)
    {
        errors = [];
        if (!text.Contains("$(", StringComparison.Ordinal)) return text;
        var wrong = new List<ExpressionError>();
        var result = new StringBuilder(text.Length);
        var evaluator = new Evaluator(values.Environment, new());
        foreach (var part in TextParts.Split(text, values.Variables))
        {
            if (part.Error is { } error) wrong.Add(new(error.Message, error.Column));
            if (part.Expression is not { } node || Unknown(node, values, wrong))
            {
                result.Append(part.Text);
                continue;
            }

            try
            {
                var value = evaluator.Evaluate(node);
                var written = value.Text ?? throw new ExpressionException(NotText(value), part.Column);
                if (result.Length + written.Length > ExpressionLimits.MostWork) throw new ExpressionException("the text becomes too long", part.Column);
                result.Append(written);
                if (secrets is not null && value is not BoolValue && NodeNames.In(node).Any(n => values.IsSensitive(n.Name))) secrets.Add(written);
            }
            catch (ExpressionException e)
            {
                // Messages show values; what is made of a secret nobody has masked yet.
                var message = NodeNames.In(node).Any(n => values.IsSensitive(n.Name)) ? "has no value; why is not told, for a sensitive value is in it" : e.Message;
                wrong.Add(new(message, e.Column > 0 ? e.Column : part.Column));
                result.Append(part.Text);
            }
        }

        errors = wrong;
        return result.ToString();
    }

    /// <summary>Expands the text.</summary>
    /// <exception cref="KeyNotFoundException">An expression has no value.</exception>
    public static string Expand(string text, ExpressionValues values)
    {
        var result = Expand(text, values, out var errors);
        return errors.Count == 0 ? result : throw new KeyNotFoundException(errors[0].ToString());
    }

    private static bool Unknown(Node node, ExpressionValues values, List<ExpressionError> wrong)
    {
        var unknown = NodeNames.In(node).Where(n => !values.Has(n.Name)).ToList();
        wrong.AddRange(unknown.Select(n => new ExpressionError(NameMessages.Unknown(n.Name, values.Scope), n.Column, n.Name)));
        return unknown.Count > 0;
    }

    internal static string NotText(ExpressionValue value) => value.Kind switch
    {
        Kinds.Null => "there is no value: say with ?? what to use instead",
        Kinds.List => "a list cannot stand in a text: write join(\",\", …) or jsonencode(…)",
        _ => "a map cannot stand in a text: name a member, or write jsonencode(…)",
    };
}
