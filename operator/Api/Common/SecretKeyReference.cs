using ImageOperator.Api.Schema;

namespace ImageOperator.Api.Common;

/// <summary>A reference to one key of a Secret in the same namespace.</summary>
public sealed record SecretKeyReference
{
    /// <summary>The Secret's name.</summary>
    [Bounds(Min = 1, Max = 253)]
    [Pattern(Names.SubdomainPattern)]
    public required string Name { get; init; }

    /// <summary>The key in the Secret's data.</summary>
    [Bounds(Min = 1, Max = 253)]
    [Pattern("^[-._a-zA-Z0-9]+$")]
    public required string Key { get; init; }
}
