namespace ImageOperator.Api.Expressions.Checks;

/// <summary>What the expressions of one place may name.</summary>
internal sealed record Scope
{
    /// <summary>The types by name: <c>params.x</c>, <c>build.id</c>, <c>item</c>.</summary>
    public required IReadOnlyDictionary<string, ExpressionType> Names { get; init; }

    /// <summary>The names whose values must not be shown.</summary>
    public IReadOnlySet<string> Sensitive { get; init; } = new HashSet<string>();

    /// <summary>The build's time is known there.</summary>
    public bool HasTime { get; init; } = true;

    /// <summary>The names that need no dot.</summary>
    public IReadOnlySet<string> Variables { get; init; } = new HashSet<string>();

    /// <summary>With one more name.</summary>
    public Scope With(string name, ExpressionType type, bool sensitive = false) => this with
    {
        Names = new Dictionary<string, ExpressionType>(Names, StringComparer.Ordinal) { [name] = type },
        Variables = name.Contains('.', StringComparison.Ordinal) ? Variables : new HashSet<string>(Variables, StringComparer.Ordinal) { name },
        Sensitive = sensitive ? new HashSet<string>(Sensitive, StringComparer.Ordinal) { name } : Sensitive,
    };
}
