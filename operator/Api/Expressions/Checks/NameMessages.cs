using ImageOperator.Api.Expressions.Syntax;
using ImageOperator.Api.Substitution;
using ImageOperator.Api.Validation;

namespace ImageOperator.Api.Expressions.Checks;

/// <summary>What users read about names without a value.</summary>
internal static class NameMessages
{
    public static string Unknown(string name, Scope scope) => $"$({name}) is not known: {Hint(name, scope)}{Mend(name, scope)}";

    public static string Unset(Node node) => node is ReferenceNode { Name: var name }
        ? $"{name} may be unset: say with {name} ?? \"…\" what to use instead, or give the parameter a default"
        : "the value may be unset: say with ?? what to use instead";

    private static string Hint(string name, Scope scope) => NearestName.Of(name, scope.Names.Keys) is { } nearest ? $"did you mean $({nearest})? " : "";

    private static string Mend(string name, Scope scope)
    {
        if (name.StartsWith(KnownNames.ParameterPrefix, StringComparison.Ordinal)) return "declare the parameter in the template's parameters";
        if (name.StartsWith(KnownNames.LookupPrefix, StringComparison.Ordinal)) return "declare the look-up in the template's lookups";
        if (name.Split('.')[0] is SyntaxNames.Item or SyntaxNames.Key) return "there is an item only where forEach makes one";
        var list = string.Join(", ", scope.Names.Keys.Where(k => !KnownNames.IsDeclared(k)).Order(StringComparer.Ordinal));
        return $"known are params.NAME{(list.Length > 0 ? ", " + list : "")}; write $$({name}) for the text itself";
    }
}
