namespace ImageOperator.Api.Schema;

/// <summary>A regular expression (RE2 syntax, which the API server uses) that a string, or each item of a string list, must match.</summary>
/// <param name="expression">The expression, anchored.</param>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Struct)]
public sealed class PatternAttribute(string expression) : Attribute
{
    /// <summary>The expression.</summary>
    public string Expression { get; } = expression;
}
