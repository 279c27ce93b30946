using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using ImageOperator.Api.Expressions.Values;
using static ImageOperator.Api.Expressions.Values.ExpressionValue;
using static ImageOperator.Api.Expressions.Values.Kinds;

namespace ImageOperator.Api.Expressions.Functions;

/// <summary>Regular expressions: matched in linear time, without look-around and back references.</summary>
internal static class PatternFunctions
{
    private const int LongestPattern = 512;
    private const int MostKept = 256;

    private static readonly ConcurrentDictionary<string, Regex> Kept = new(StringComparer.Ordinal);

    public static readonly IReadOnlyList<Function> All =
    [
        new("regex(pattern, text)", [Kinds.String, Scalar], Kinds.String | Kinds.List | Kinds.Map, a => First(a)) { Items = Kinds.String, CheckText = CheckFirst },
        new("regexall(pattern, text)", [Kinds.String, Scalar], Kinds.List, a => Every(a)) { CheckText = CheckFirst },
        new("regex_replace(text, pattern, replacement)", [Scalar, Kinds.String, Scalar], Kinds.String, a => Of(Replace(a)))
        {
            CheckText = (index, text) =>
            {
                if (index == 1) Compile(text);
            },
        },
    ];

    private static void CheckFirst(int index, string text)
    {
        if (index == 0) Compile(text);
    }

    private static ExpressionValue First(Arguments a)
    {
        var regex = Compile(a.Text(0));
        var match = Matched(() => regex.Match(a.Text(1)));
        return match.Success ? Found(regex, match) : throw new ExpressionException("the pattern matches nothing: use regexall, or try(regex(...), otherwise)");
    }

    private static ExpressionValue Every(Arguments a)
    {
        var regex = Compile(a.Text(0));
        var matches = Matched(() => regex.Matches(a.Text(1)).Take(ExpressionLimits.MostItems + 1).ToList());
        return Of(matches.Select(m => Found(regex, m)).ToList());
    }

    /// <summary>As in HCL: the match; with groups a list of them; with named groups a map.</summary>
    private static ExpressionValue Found(Regex regex, Match match)
    {
        var names = regex.GetGroupNames().Where(n => !char.IsAsciiDigit(n[0])).ToList();
        if (names.Count > 0) return Of(names.Select(n => KeyValuePair.Create(n, Group(match.Groups[n]))));
        return match.Groups.Count > 1 ? Of(match.Groups.Values.Skip(1).Select(Group).ToList()) : Of(match.Value);
    }

    private static ExpressionValue Group(Group group) => group.Success ? Of(group.Value) : ExpressionValue.Null;

    private static string Replace(Arguments a)
    {
        var (text, replacement) = (a.Text(0), a.Text(2));
        var regex = Compile(a.Text(1));
        // Each place may bring the whole text in again.
        var places = Matched(() => regex.Count(text));
        a.Budget.Spend(text.Length + ((long)places * (replacement.Length + (replacement.Contains('$', StringComparison.Ordinal) ? text.Length : 0))));
        return Matched(() => regex.Replace(text, replacement));
    }

    private static Regex Compile(string pattern)
    {
        if (pattern.Length > LongestPattern) throw new ExpressionException($"the pattern is longer than {LongestPattern} characters");
        if (Kept.TryGetValue(pattern, out var known)) return known;
        try
        {
            var regex = new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
            if (Kept.Count >= MostKept) Kept.Clear();
            return Kept[pattern] = regex;
        }
        catch (NotSupportedException)
        {
            throw new ExpressionException("the pattern has look-around or back references, which are not supported: write it without");
        }
        catch (ArgumentException e)
        {
            throw new ExpressionException($"the pattern is not a regular expression: {e.Message.Replace($"Invalid pattern '{pattern}' at ", "", StringComparison.Ordinal)}");
        }
    }

    private static T Matched<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (RegexMatchTimeoutException)
        {
            throw new ExpressionException("the pattern takes too long: simplify it") { IsLimit = true };
        }
    }
}
