namespace ImageOperator.Api.Schema;

/// <summary>
/// How many of some fields may be set. Written as a CEL rule into the schema, and checked by the operator itself: servers without CEL
/// drop the rule.
/// </summary>
/// <param name="allowed">How many.</param>
/// <param name="fields">The JSON names of the fields; none: all that bear <see cref="AlternativeAttribute"/>.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public sealed class ChoiceAttribute(Allowed allowed, params string[] fields) : Attribute
{
    /// <summary>How many may be set.</summary>
    public Allowed Allowed { get; } = allowed;

    /// <summary>The fields as given.</summary>
    public IReadOnlyList<string> Fields { get; } = fields;
}

/// <summary>How many of some fields may be set.</summary>
public enum Allowed
{
    /// <summary>One, no more and no less.</summary>
    ExactlyOne,

    /// <summary>One or none.</summary>
    AtMostOne,

    /// <summary>One or more.</summary>
    AtLeastOne,

    /// <summary>The first only together with one of the others.</summary>
    FirstNeedsAnother,
}

/// <summary>The field is one of the alternatives of its type: see <see cref="ChoiceAttribute"/>.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class AlternativeAttribute : Attribute;
