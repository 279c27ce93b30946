namespace ImageOperator.Api.Expressions.Functions;

/// <summary><c>&gt;= 1.2, &lt; 2</c>; operators are = != &gt; &gt;= &lt; &lt;= ~&gt; ^ ~; a comma means and, <c>||</c> means or.</summary>
internal sealed class VersionConstraint
{
    private static readonly string[] Operators = [">=", "<=", "!=", "~>", ">", "<", "=", "^", "~"];

    private readonly IReadOnlyList<IReadOnlyList<(string Operator, SemanticVersion Version)>> _choices;

    private VersionConstraint(IReadOnlyList<IReadOnlyList<(string Operator, SemanticVersion Version)>> choices) => _choices = choices;

    public static VersionConstraint Parse(string text)
    {
        if (text.Length > 512) throw new ExpressionException("the constraint is too long");
        return new([.. text.Split("||").Select(IReadOnlyList<(string Operator, SemanticVersion Version)> (choice) => [.. choice.Split(',').Select(One)])]);
    }

    public bool Allows(SemanticVersion version) => _choices.Any(choice => choice.All(c => Fits(version, c.Operator, c.Version)));

    private static (string Operator, SemanticVersion Version) One(string text)
    {
        var trimmed = text.Trim();
        var symbol = Operators.FirstOrDefault(o => trimmed.StartsWith(o, StringComparison.Ordinal)) ?? "";
        try
        {
            return (symbol, SemanticVersion.Parse(trimmed[symbol.Length..].Trim()));
        }
        catch (ExpressionException)
        {
            throw new ExpressionException("the text is not a constraint: write for example >= 1.2, < 2");
        }
    }

    private static bool Fits(SemanticVersion version, string symbol, SemanticVersion limit)
    {
        var order = version.CompareTo(limit);
        return symbol switch
        {
            ">" => order > 0,
            ">=" => order >= 0,
            "<" => order < 0,
            "<=" => order <= 0,
            "!=" => order != 0,
            // The last part that is written may grow.
            "~>" => order >= 0 && version.CompareTo(limit.Parts > 2 ? Next(limit, minor: true) : Next(limit, minor: false)) < 0,
            "~" => order >= 0 && version.CompareTo(Next(limit, minor: limit.Parts > 1)) < 0,
            "^" => order >= 0 && version.CompareTo(limit.Major > 0 ? Next(limit, minor: false) : limit.Minor > 0 ? Next(limit, minor: true) : limit with { Patch = limit.Patch + 1, Prerelease = "0" }) < 0,
            _ => order == 0,
        };
    }

    /// <summary>The first of the next line, its previews included: they are not of this one.</summary>
    private static SemanticVersion Next(SemanticVersion version, bool minor) => minor
        ? new(version.Major, version.Minor + 1, 0, "0", "", 3)
        : new(version.Major + 1, 0, 0, "0", "", 3);
}
