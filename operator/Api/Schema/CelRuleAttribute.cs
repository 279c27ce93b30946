namespace ImageOperator.Api.Schema;

/// <summary>A CEL rule (<c>x-kubernetes-validations</c>) on the type or property it stands on.</summary>
/// <param name="rule">The expression over <c>self</c> (and <c>oldSelf</c> in a transition rule).</param>
/// <param name="message">What the user reads: names the field and the mend.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Property, AllowMultiple = true)]
public sealed class CelRuleAttribute(string rule, string message) : Attribute
{
    /// <summary>The expression.</summary>
    public string Rule { get; } = rule;

    /// <summary>What the user reads.</summary>
    public string Message { get; } = message;

    /// <summary>The field that the error points at, relative to where the rule stands (<c>.spec</c>); null for the place itself.</summary>
    public string? FieldPath { get; init; }
}
