using ImageOperator.Api.Schema;

namespace ImageOperator.Api.Common;

/// <summary>A reference by name to an object in the same namespace.</summary>
public sealed record LocalObjectReference
{
    /// <summary>The object's name.</summary>
    [Bounds(Min = 1, Max = 253)]
    [Pattern(Names.SubdomainPattern)]
    public required string Name { get; init; }
}
