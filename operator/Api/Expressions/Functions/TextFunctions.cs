using System.Text;
using ImageOperator.Api.Expressions.Values;
using static ImageOperator.Api.Expressions.Values.ExpressionValue;
using static ImageOperator.Api.Expressions.Values.Kinds;

namespace ImageOperator.Api.Expressions.Functions;

internal static class TextFunctions
{
    private static readonly char[] Ends = ['\r', '\n'];

    public static readonly IReadOnlyList<Function> All =
    [
        new("upper(text)", [Scalar], Kinds.String, a => Of(a.Text(0).ToUpperInvariant())),
        new("lower(text)", [Scalar], Kinds.String, a => Of(a.Text(0).ToLowerInvariant())),
        new("title(text)", [Scalar], Kinds.String, a => Of(Title(a.Text(0)))),
        new("replace(text, search, replacement)", [Scalar], Kinds.String, a => Of(Replace(a))),
        new("split(separator, text)", [Scalar], Kinds.List, a => Of(Split(a).Select(Of).ToList())) { Items = Kinds.String },
        new("join(separator, list)", [Scalar, Kinds.List], Kinds.String, a => Of(Join(a))),
        new("trim(text, characters)", [Scalar], Kinds.String, a => Of(a.Text(1).Length == 0 ? a.Text(0) : a.Text(0).Trim(a.Text(1).ToCharArray()))),
        new("trimprefix(text, prefix)", [Scalar], Kinds.String, a => Of(a.Text(0).StartsWith(a.Text(1), StringComparison.Ordinal) ? a.Text(0)[a.Text(1).Length..] : a.Text(0))),
        new("trimsuffix(text, suffix)", [Scalar], Kinds.String, a => Of(a.Text(0).EndsWith(a.Text(1), StringComparison.Ordinal) ? a.Text(0)[..^a.Text(1).Length] : a.Text(0))),
        new("trimspace(text)", [Scalar], Kinds.String, a => Of(a.Text(0).Trim())),
        new("chomp(text)", [Scalar], Kinds.String, a => Of(a.Text(0).TrimEnd(Ends))),
        new("substr(text, offset, length)", [Scalar, Kinds.Number], Kinds.String, a => Of(Substring(a))),
        new("strrev(text)", [Scalar], Kinds.String, a => Of(string.Concat(a.Text(0).EnumerateRunes().Reverse()))),
        new("indent(spaces, text)", [Kinds.Number, Scalar], Kinds.String, a => Of(Indent(a))),
        new("startswith(text, prefix)", [Scalar], Kinds.Bool, a => Of(a.Text(0).StartsWith(a.Text(1), StringComparison.Ordinal))),
        new("endswith(text, suffix)", [Scalar], Kinds.Bool, a => Of(a.Text(0).EndsWith(a.Text(1), StringComparison.Ordinal))),
        new("strcontains(text, part)", [Scalar], Kinds.Bool, a => Of(a.Text(0).Contains(a.Text(1), StringComparison.Ordinal))),
    ];

    private static string Title(string text)
    {
        var result = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++) result.Append(i == 0 || char.IsWhiteSpace(text[i - 1]) ? char.ToUpperInvariant(text[i]) : text[i]);
        return result.ToString();
    }

    private static string Replace(Arguments a)
    {
        var (text, search, replacement) = (a.Text(0), a.Text(1), a.Text(2));
        if (search.Length == 0) return text;
        a.Budget.Spend(text.Length + ((long)text.Length / search.Length * replacement.Length));
        return text.Replace(search, replacement, StringComparison.Ordinal);
    }

    private static string[] Split(Arguments a)
    {
        var (separator, text) = (a.Text(0), a.Text(1));
        a.Budget.Spend(text.Length);
        return separator.Length > 0 ? text.Split(separator) : [.. text.EnumerateRunes().Select(r => r.ToString())];
    }

    private static string Join(Arguments a)
    {
        var texts = a.Texts(1);
        a.Budget.Spend(texts.Sum(t => (long)t.Length) + ((long)texts.Count * a.Text(0).Length));
        return string.Join(a.Text(0), texts);
    }

    private static string Substring(Arguments a)
    {
        var runes = a.Text(0).EnumerateRunes().ToList();
        var offset = a.Whole(1, -ExpressionLimits.LongestText, ExpressionLimits.LongestText);
        var length = a.Whole(2, -1, ExpressionLimits.LongestText);
        var start = Math.Clamp(offset < 0 ? runes.Count + offset : offset, 0, runes.Count);
        return string.Concat(runes.Skip(start).Take(length < 0 ? runes.Count : length));
    }

    private static string Indent(Arguments a)
    {
        var spaces = a.Whole(0, 0, 1000);
        var text = a.Text(1);
        a.Budget.Spend(text.Length + ((long)text.Count(c => c == '\n') * spaces));
        return text.Replace("\n", "\n" + new string(' ', spaces), StringComparison.Ordinal);
    }
}
