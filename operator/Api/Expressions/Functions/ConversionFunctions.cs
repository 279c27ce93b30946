using ImageOperator.Api.Expressions.Values;
using static ImageOperator.Api.Expressions.Values.ExpressionValue;
using static ImageOperator.Api.Expressions.Values.Kinds;

namespace ImageOperator.Api.Expressions.Functions;

internal static class ConversionFunctions
{
    public static readonly IReadOnlyList<Function> All =
    [
        new("tostring(value)", [Scalar], Kinds.String, a => Of(a.Text(0))),
        new("tonumber(value)", [Kinds.Number | Kinds.String], Kinds.Number, a => JsonForm.Number(a.Text(0)) is { } number ? number : throw new ExpressionException("the text is not a number")),
        new("tobool(value)", [Kinds.Bool | Kinds.String], Kinds.Bool, a => a.Text(0) switch
        {
            "true" => True,
            "false" => False,
            _ => throw new ExpressionException("the text is neither true nor false"),
        }),
        new("type(value)", [Any], Kinds.String, a => Of(a[0].Kind.ToString().ToLowerInvariant())),
    ];
}
