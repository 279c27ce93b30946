using ImageOperator.Api.Validation;

namespace ImageOperator.Api.Substitution;

/// <summary>What users read about a <c>$(…)</c> that cannot be expanded.</summary>
internal static class ReferenceMessages
{
    public static string Unknown(UnknownName reference, IEnumerable<string> known)
    {
        var names = known as IReadOnlyCollection<string> ?? [.. known];
        var hint = NearestName.Of(reference.Name, names) is { } nearest ? $"did you mean $({nearest})? " : "";
        return $"column {reference.Column}: $({reference.Name}) is not known: {hint}{Mend(reference.Name, names)}";
    }

    private static string Mend(string name, IReadOnlyCollection<string> known)
    {
        if (name.StartsWith(KnownNames.ParameterPrefix, StringComparison.Ordinal)) return "declare the parameter in the template's parameters";
        var list = string.Join(", ", known.Where(k => !k.StartsWith(KnownNames.ParameterPrefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        return $"known are params.NAME{(list.Length > 0 ? ", " + list : "")}; write $$({name}) for the text itself";
    }
}
