using System.Globalization;
using System.Numerics;
using ImageOperator.Api.Expressions.Values;
using static ImageOperator.Api.Expressions.Values.ExpressionValue;
using static ImageOperator.Api.Expressions.Values.Kinds;

namespace ImageOperator.Api.Expressions.Functions;

internal static class NumberFunctions
{
    private const string Digits = "0123456789abcdefghijklmnopqrstuvwxyz";

    public static readonly IReadOnlyList<Function> All =
    [
        new("min(number, others...)", [Kinds.Number], Kinds.Number, a => a.All.MinBy(v => ((NumberValue)v).Value)!),
        new("max(number, others...)", [Kinds.Number], Kinds.Number, a => a.All.MaxBy(v => ((NumberValue)v).Value)!),
        new("abs(number)", [Kinds.Number], Kinds.Number, a => Of(Math.Abs(a.Number(0)))),
        new("ceil(number)", [Kinds.Number], Kinds.Number, a => Of(Math.Ceiling(a.Number(0)))),
        new("floor(number)", [Kinds.Number], Kinds.Number, a => Of(Math.Floor(a.Number(0)))),
        new("round(number, decimals?)", [Kinds.Number], Kinds.Number, a => Of(Math.Round(a.Number(0), a.Count > 1 ? a.Whole(1, 0, 20) : 0, MidpointRounding.AwayFromZero))),
        new("signum(number)", [Kinds.Number], Kinds.Number, a => Of(Math.Sign(a.Number(0)))),
        new("pow(base, exponent)", [Kinds.Number], Kinds.Number, a => Of(Real(Math.Pow((double)a.Number(0), (double)a.Number(1))))),
        new("log(number, base)", [Kinds.Number], Kinds.Number, a => Of(Real(Math.Log((double)a.Number(0)) / Math.Log((double)a.Number(1))))),
        new("parseint(text, base)", [Scalar, Kinds.Number], Kinds.Number, a => Of(Parse(a.Text(0), a.Whole(1, 2, 36)))),
    ];

    // Fifteen digits are what a double knows; the sixteenth would be noise.
    private static decimal Real(double number) => double.IsFinite(number)
        ? (decimal)Math.Round(number, 12)
        : throw new ExpressionException("the number is out of range");

    private static decimal Parse(string text, int @base)
    {
        var negative = text.StartsWith('-');
        var digits = text[(negative ? 1 : 0)..].ToLowerInvariant();
        if (digits.Length is 0 or > 128) throw NotOne(@base);
        var number = BigInteger.Zero;
        foreach (var c in digits)
        {
            var digit = Digits.IndexOf(c, StringComparison.Ordinal);
            if (digit < 0 || digit >= @base) throw NotOne(@base);
            number = (number * @base) + digit;
        }

        return (decimal)(negative ? -number : number);
    }

    private static ExpressionException NotOne(int @base) => new(string.Create(CultureInfo.InvariantCulture, $"the text is not a whole number to the base {@base}"));
}
