using ImageOperator.Api.Schema;

namespace ImageOperator.Api.Common;

/// <summary>A key of a ConfigMap in the same namespace.</summary>
public sealed record ConfigMapKeyReference
{
    /// <summary>The ConfigMap's name.</summary>
    [Bounds(Min = 1, Max = 253)]
    [Pattern(Names.SubdomainPattern)]
    public required string Name { get; init; }

    /// <summary>The key.</summary>
    [Bounds(Min = 1, Max = 253)]
    [Pattern("^[-._a-zA-Z0-9]+$")]
    public required string Key { get; init; }
}
