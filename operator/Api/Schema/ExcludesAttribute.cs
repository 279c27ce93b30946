namespace ImageOperator.Api.Schema;

/// <summary>The two fields must not be set together. In the schema as <c>not</c>: CEL cannot see fields of free form.</summary>
/// <param name="field">The JSON name of a field.</param>
/// <param name="other">The JSON name of the field that excludes it.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public sealed class ExcludesAttribute(string field, string other) : Attribute
{
    /// <summary>The JSON name of a field.</summary>
    public string Field { get; } = field;

    /// <summary>The JSON name of the field that excludes it.</summary>
    public string Other { get; } = other;

    /// <summary>The other field excludes the first only when it is true.</summary>
    public bool WhenTrue { get; init; }
}
