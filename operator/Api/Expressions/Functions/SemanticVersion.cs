using System.Globalization;
using System.Text.RegularExpressions;
using ImageOperator.Api.Expressions.Values;
using static ImageOperator.Api.Expressions.Values.ExpressionValue;

namespace ImageOperator.Api.Expressions.Functions;

/// <summary>A version as semver.org has it; minor, patch and a leading v may be missing.</summary>
internal sealed partial record SemanticVersion(decimal Major, decimal Minor, decimal Patch, string Prerelease, string Build, int Parts) : IComparable<SemanticVersion>
{
    public static SemanticVersion Parse(string text)
    {
        var match = text.Length <= 128 ? Form().Match(text) : Match.Empty;
        if (!match.Success) throw new ExpressionException("the text is not a version: write for example 1.2.3");
        return new(Number(match, 1), Number(match, 2), Number(match, 3), match.Groups[4].Value, match.Groups[5].Value, match.Groups[3].Success ? 3 : match.Groups[2].Success ? 2 : 1);
    }

    public int CompareTo(SemanticVersion? other)
    {
        if (other is null) return 1;
        var order = (Major, Minor, Patch).CompareTo((other.Major, other.Minor, other.Patch));
        if (order != 0 || Prerelease == other.Prerelease) return order;
        if (Prerelease.Length == 0 || other.Prerelease.Length == 0) return Prerelease.Length == 0 ? 1 : -1;
        var (mine, theirs) = (Prerelease.Split('.'), other.Prerelease.Split('.'));
        for (var i = 0; i < Math.Min(mine.Length, theirs.Length); i++)
        {
            if (Part(mine[i], theirs[i]) is var part and not 0) return part;
        }

        return mine.Length.CompareTo(theirs.Length);
    }

    public ExpressionValue ToMap() => Of(new Dictionary<string, ExpressionValue>
    {
        ["major"] = Of(Major),
        ["minor"] = Of(Minor),
        ["patch"] = Of(Patch),
        ["prerelease"] = Of(Prerelease),
        ["build"] = Of(Build),
    });

    /// <summary>Numbers by size, and before texts.</summary>
    private static int Part(string mine, string theirs)
    {
        var (isNumber, isOther) = (mine.All(char.IsAsciiDigit), theirs.All(char.IsAsciiDigit));
        if (isNumber && isOther) return mine.TrimStart('0').Length != theirs.TrimStart('0').Length ? mine.TrimStart('0').Length.CompareTo(theirs.TrimStart('0').Length) : Math.Sign(string.CompareOrdinal(mine.TrimStart('0'), theirs.TrimStart('0')));
        return isNumber != isOther ? (isNumber ? -1 : 1) : Math.Sign(string.CompareOrdinal(mine, theirs));
    }

    private static decimal Number(Match match, int group) => match.Groups[group].Success ? decimal.Parse(match.Groups[group].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture) : 0;

    [GeneratedRegex(@"^v?([0-9]{1,18})(?:\.([0-9]{1,18}))?(?:\.([0-9]{1,18}))?(?:-([0-9A-Za-z.-]+))?(?:\+([0-9A-Za-z.-]+))?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
