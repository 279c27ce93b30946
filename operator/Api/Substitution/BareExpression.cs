using ImageOperator.Api.Expressions;
using ImageOperator.Api.Expressions.Evaluation;
using ImageOperator.Api.Expressions.Syntax;
using ImageOperator.Api.Expressions.Values;

namespace ImageOperator.Api.Substitution;

/// <summary>Fields that are an expression as a whole: <c>when</c>, <c>forEach</c>, rules of parameters. <c>$(…)</c> around it says nothing more.</summary>
internal static class BareExpression
{
    /// <exception cref="ExpressionException">It is not an expression.</exception>
    public static Node Parse(string text)
    {
        if (!text.StartsWith("$(", StringComparison.Ordinal)) return ExpressionParser.Parse(text);
        var node = ExpressionParser.ParseUntilClosed(text, 2, out var end);
        return end == text.Length ? node : throw new ExpressionException("the field is one expression: nothing may follow its end", end + 1);
    }

    /// <exception cref="ExpressionException">It has no value.</exception>
    public static ExpressionValue Evaluate(string text, ExpressionValues values) => new Evaluator(values.Environment, new()).Evaluate(Parse(text));
}
