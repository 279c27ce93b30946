using ImageOperator.Api.Expressions.Checks;
using ImageOperator.Api.Expressions.Values;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Api.Substitution;

namespace ImageOperator.Api.Validation;

/// <summary>What a template's expressions may name, before there are values.</summary>
internal static class TemplateScope
{
    public static Scope Of(ImageTemplateSpec spec)
    {
        var names = KnownNames.All.ToDictionary(n => n, _ => ExpressionType.Text, StringComparer.Ordinal);
        // A source may have neither name nor digest.
        names[KnownNames.SourceName] = names[KnownNames.SourceDigest] = new(Kinds.String | Kinds.Null);
        // Most machines make no password.
        names[KnownNames.MachinePassword] = new(Kinds.String | Kinds.Null);
        var sensitive = new HashSet<string>(StringComparer.Ordinal) { KnownNames.MachinePassword };
        foreach (var parameter in spec.Parameters)
        {
            var name = KnownNames.Parameter(parameter.Name);
            names[name] = TypeOf(parameter);
            if (parameter.IsSensitive) sensitive.Add(name);
        }

        foreach (var lookup in spec.Lookups)
        {
            var name = KnownNames.Lookup(lookup.Name);
            names[name] = lookup is { Select: null } and ({ Checksum: not null } or { Http.Format: LookupFormat.Text }) ? ExpressionType.Text : ExpressionType.Any;
            if (lookup.Sensitive) sensitive.Add(name);
        }

        return new() { Names = names, Sensitive = sensitive };
    }

    public static ExpressionType TypeOf(Parameter parameter)
    {
        var items = parameter.ItemType is { } type ? ParameterTexts.KindOf(type) : Kinds.Any;
        return new(ParameterTexts.KindOf(parameter.Type) | (parameter.IsOptional ? Kinds.Null : Kinds.None), items);
    }
}
