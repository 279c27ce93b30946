using System.Globalization;
using System.Text;
using ImageOperator.Api.Expressions.Values;
using static ImageOperator.Api.Expressions.Values.ExpressionValue;
using static ImageOperator.Api.Expressions.Values.Kinds;

namespace ImageOperator.Api.Expressions.Functions;

/// <summary><c>format</c> as in HCL, and so as in Go.</summary>
internal static class FormatFunctions
{
    private const int Widest = 1000;
    private const int MostDecimals = 20;

    public static readonly IReadOnlyList<Function> All =
    [
        new("format(spec, values...)", [Kinds.String, Any], Kinds.String, a => Of(Format(a.Text(0), [.. a.All.Skip(1)]))),
        new("formatlist(spec, values...)", [Kinds.String, Any], Kinds.List, a => Each(a)) { Items = Kinds.String },
    ];

    private static ExpressionValue Each(Arguments a)
    {
        var values = a.All.Skip(1).ToList();
        var lengths = values.OfType<ListValue>().Select(l => l.Items.Count).Distinct().ToList();
        if (lengths.Count > 1) throw new ExpressionException("the lists differ in length");
        var count = lengths.Count > 0 ? lengths[0] : 1;
        a.Budget.Spend((long)count * a.Text(0).Length);
        return Of(Enumerable.Range(0, count).Select(i => Of(Format(a.Text(0), [.. values.Select(v => v is ListValue list ? list.Items[i] : v)]))).ToList());
    }

    private static string Format(string spec, IReadOnlyList<ExpressionValue> values)
    {
        var result = new StringBuilder();
        var used = 0;
        for (var i = 0; i < spec.Length; i++)
        {
            if (spec[i] != '%')
            {
                result.Append(spec[i]);
                continue;
            }

            var verb = Verb.Read(spec, ref i);
            if (verb.Letter == '%')
            {
                result.Append('%');
                continue;
            }

            if (used == values.Count) throw new ExpressionException($"there is no value for %{verb.Letter}: {values.Count} given");
            result.Append(verb.Apply(values[used++]));
            if (result.Length > ExpressionLimits.LongestText) throw new ExpressionException("makes a text that is too long") { IsLimit = true };
        }

        return used == values.Count ? result.ToString() : throw new ExpressionException($"{values.Count} values are given, and the text uses {used}");
    }

    private readonly record struct Verb(char Letter, bool Left, bool Zero, bool Plus, int Width, int? Precision)
    {
        public static Verb Read(string spec, ref int i)
        {
            var (left, zero, plus) = (false, false, false);
            for (i++; i < spec.Length && spec[i] is '-' or '0' or '+'; i++)
            {
                left |= spec[i] == '-';
                zero |= spec[i] == '0';
                plus |= spec[i] == '+';
            }

            var width = Digits(spec, ref i, Widest) ?? 0;
            int? precision = null;
            if (i < spec.Length && spec[i] == '.')
            {
                i++;
                precision = Digits(spec, ref i, MostDecimals) ?? 0;
            }

            return i < spec.Length ? new(spec[i], left, zero && !left, plus, width, precision) : throw new ExpressionException("ends within a verb: write %% for a percent sign");
        }

        public string Apply(ExpressionValue value)
        {
            var text = Letter switch
            {
                's' => Cut(Text(value)),
                'v' => Text(value),
                'q' => JsonForm.Write(Of(Text(value))),
                't' when value is BoolValue truth => truth.Text,
                'd' or 'b' or 'o' or 'x' or 'X' or 'f' or 'e' or 'g' => Signed(value),
                _ => throw new ExpressionException($"%{Letter} cannot be used for {KindWords.Of(value.Kind)}: verbs are %s %v %q %d %f %e %g %x %X %o %b %t %%"),
            };
            if (text.Length >= Width) return text;
            if (Left) return text.PadRight(Width);
            var sign = Zero && text.Length > 0 && text[0] is '-' or '+' ? 1 : 0;
            return Zero ? text[..sign] + text[sign..].PadLeft(Width - sign, '0') : text.PadLeft(Width);
        }

        private string Cut(string text) => Precision is { } most && text.Length > most ? text[..most] : text;

        private static string Text(ExpressionValue value) => value.Text ?? JsonForm.Write(value);

        private string Signed(ExpressionValue value)
        {
            var number = value switch
            {
                NumberValue n => n.Value,
                StringValue { Value: var text } when JsonForm.Number(text) is NumberValue n => n.Value,
                _ => throw new ExpressionException($"%{Letter} needs a number, not {KindWords.Of(value.Kind)}"),
            };
            var text2 = Letter switch
            {
                'f' => number.ToString("F" + (Precision ?? 6).ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture),
                'e' => ((double)number).ToString((Precision ?? 6) == 0 ? "0e+00" : "0." + new string('0', Precision ?? 6) + "e+00", CultureInfo.InvariantCulture),
                'g' => Of(number).Text!,
                _ => Whole(number),
            };
            return Plus && number >= 0 ? "+" + text2 : text2;
        }

        private string Whole(decimal number)
        {
            if (number != decimal.Truncate(number) || number is > long.MaxValue or < -long.MaxValue) throw new ExpressionException($"%{Letter} needs a whole number, not {Of(number).Text}");
            var (whole, sign) = ((long)Math.Abs(number), number < 0 ? "-" : "");
            return sign + Letter switch
            {
                'x' => whole.ToString("x", CultureInfo.InvariantCulture),
                'X' => whole.ToString("X", CultureInfo.InvariantCulture),
                'o' => Convert.ToString(whole, 8),
                'b' => Convert.ToString(whole, 2),
                _ => whole.ToString(CultureInfo.InvariantCulture),
            };
        }

        private static int? Digits(string spec, ref int i, int most)
        {
            var begin = i;
            while (i < spec.Length && char.IsAsciiDigit(spec[i])) i++;
            if (i == begin) return null;
            return int.TryParse(spec.AsSpan(begin, i - begin), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= most
                ? number
                : throw new ExpressionException($"a width or precision is more than {most}");
        }
    }
}
