namespace ImageOperator.Api.Schema;

/// <summary>Bounds of a value: of a number its value, of a string its length, of a list or map its count.</summary>
/// <remarks>Every list and string that a CEL rule reads needs an upper bound: the API server estimates the rule's cost from it.</remarks>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Struct)]
public sealed class BoundsAttribute : Attribute
{
    /// <summary>The lower bound, inclusive; none if negative.</summary>
    public long Min { get; init; } = -1;

    /// <summary>The upper bound, inclusive; none if negative.</summary>
    public long Max { get; init; } = -1;

    /// <summary>For lists and maps of strings: the longest item allowed; none if negative.</summary>
    public long MaxItemLength { get; init; } = -1;
}
