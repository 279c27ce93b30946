using ImageOperator.Api.Expressions.Values;

namespace ImageOperator.Api.Expressions.Evaluation;

/// <summary>What operators do with values.</summary>
internal static class Operators
{
    public static bool Truth(ExpressionValue value, int column) => value is BoolValue { Value: var truth }
        ? truth
        : throw new ExpressionException($"a condition must be true or false, not {KindWords.Of(value.Kind)}: compare it with something", column);

    public static ExpressionValue Apply(string symbol, ExpressionValue operand, int column) => (symbol, operand) switch
    {
        ("!", _) => ExpressionValue.Of(!Truth(operand, column)),
        (_, NumberValue { Value: var number }) => ExpressionValue.Of(-number),
        _ => throw new ExpressionException($"- needs a number, not {KindWords.Of(operand.Kind)}", column),
    };

    public static ExpressionValue Apply(string symbol, ExpressionValue left, ExpressionValue right, int column, Budget budget)
    {
        if (symbol is "==" or "!=")
        {
            budget.Spend(Math.Min(left.Size, right.Size));
            return ExpressionValue.Of(left.Equals(right) == (symbol == "=="));
        }

        if (symbol == "+" && left is StringValue { Value: var first } && right is StringValue { Value: var second })
        {
            budget.Spend(first.Length + second.Length);
            return ExpressionValue.Of(first + second);
        }

        if (left is not NumberValue { Value: var a } || right is not NumberValue { Value: var b })
        {
            var wrong = left is NumberValue ? right : left;
            throw new ExpressionException($"{symbol} needs numbers{(symbol == "+" ? ", or two texts" : "")}, not {KindWords.Of(wrong.Kind)}", column);
        }

        try
        {
            return symbol switch
            {
                "<" => ExpressionValue.Of(a < b),
                "<=" => ExpressionValue.Of(a <= b),
                ">" => ExpressionValue.Of(a > b),
                ">=" => ExpressionValue.Of(a >= b),
                "+" => ExpressionValue.Of(a + b),
                "-" => ExpressionValue.Of(a - b),
                "*" => ExpressionValue.Of(a * b),
                "/" => ExpressionValue.Of(a / b),
                _ => ExpressionValue.Of(a % b),
            };
        }
        catch (DivideByZeroException)
        {
            throw new ExpressionException("division by zero", column);
        }
        catch (OverflowException)
        {
            throw new ExpressionException("the number is out of range", column);
        }
    }
}
