namespace ImageOperator.Api.Expressions.Syntax;

/// <summary>The names that expressions begin with.</summary>
internal static class SyntaxNames
{
    public const string Item = "item";
    public const string Key = "key";
    public const string Self = "self";

    private static readonly HashSet<string> Roots = new(StringComparer.Ordinal) { "params", "build", "target", "source", "workspace", "lookups", "machine" };

    /// <summary>What has members, and is no value of its own.</summary>
    public static bool IsRoot(string name) => Roots.Contains(name);

    /// <summary>The roots whose members people name: nothing else can be meant by them.</summary>
    public static bool IsOpenRoot(string name) => name is "params" or "lookups";
}
