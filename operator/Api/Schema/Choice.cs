using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;

namespace ImageOperator.Api.Schema;

/// <summary>A <see cref="ChoiceAttribute"/> on a type: as a rule of CEL, as a message, and as a check.</summary>
public sealed class Choice
{
    private static readonly ConcurrentDictionary<Type, IReadOnlyList<Choice>> Known = new();

    private readonly Allowed _allowed;
    private readonly IReadOnlyList<PropertyInfo> _properties;

    private Choice(Type type, ChoiceAttribute attribute)
    {
        _allowed = attribute.Allowed;
        var all = type.GetProperties();
        _properties = attribute.Fields.Count == 0
            ? [.. all.Where(p => p.IsDefined(typeof(AlternativeAttribute), inherit: true)).OrderBy(p => p.MetadataToken)]
            : [.. attribute.Fields.Select(f => all.FirstOrDefault(p => NameOf(p) == f) ?? throw new InvalidOperationException($"{type} has no field {f}"))];
    }

    /// <summary>The choices of a type.</summary>
    public static IReadOnlyList<Choice> Of(Type type) =>
        Known.GetOrAdd(type, t => [.. t.GetCustomAttributes<ChoiceAttribute>(inherit: true).Select(a => new Choice(t, a))]);

    /// <summary>The JSON names of the fields.</summary>
    public IReadOnlyList<string> Fields => [.. _properties.Select(NameOf)];

    /// <summary>The rule over <c>self</c>.</summary>
    public string Rule => _allowed switch
    {
        Allowed.ExactlyOne when Fields.Count == 2 => $"has(self.{Fields[0]}) != has(self.{Fields[1]})",
        Allowed.ExactlyOne => $"[{Has(", ", Fields)}].filter(set, set).size() == 1",
        Allowed.AtMostOne => $"[{Has(", ", Fields)}].filter(set, set).size() <= 1",
        Allowed.AtLeastOne => Has(" || ", Fields),
        _ => $"!has(self.{Fields[0]}) || {Has(" || ", Fields.Skip(1))}",
    };

    /// <summary>What the user reads.</summary>
    public string Message => _allowed switch
    {
        Allowed.ExactlyOne => $"exactly one of {Listed(Fields)} must be set",
        Allowed.AtMostOne => $"{Listed(Fields)} exclude each other: remove all but one",
        Allowed.AtLeastOne => $"at least one of {Listed(Fields)} must be set",
        _ => $"{Fields[0]} means nothing without {Listed([.. Fields.Skip(1)])}: set it too, or remove {Fields[0]}",
    };

    /// <summary>Whether a value of the type keeps to it.</summary>
    public bool Holds(object value)
    {
        var set = _properties.Select(p => p.GetValue(value) is not null).ToList();
        var count = set.Count(s => s);
        return _allowed switch
        {
            Allowed.ExactlyOne => count == 1,
            Allowed.AtMostOne => count <= 1,
            Allowed.AtLeastOne => count >= 1,
            _ => !set[0] || count > 1,
        };
    }

    /// <summary>A property's name in JSON.</summary>
    public static string NameOf(PropertyInfo property) => JsonNamingPolicy.CamelCase.ConvertName(property.Name);

    private static string Has(string separator, IEnumerable<string> fields) => string.Join(separator, fields.Select(f => $"has(self.{f})"));

    private static string Listed(IReadOnlyList<string> fields) =>
        fields.Count == 1 ? fields[0] : $"{string.Join(", ", fields.SkipLast(1))} and {fields[^1]}";
}
