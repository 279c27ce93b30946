using ImageOperator.Api.Schema;

namespace ImageOperator.Api.Publishing;

/// <summary>A header with a secret value.</summary>
public sealed record HttpSecretHeader
{
    internal const string NamePattern = "^[A-Za-z0-9!#$%&'*+.^_`|~-]+$";

    /// <summary>The header.</summary>
    [Bounds(Min = 1, Max = 128)]
    [Pattern(NamePattern)]
    public required string Name { get; init; }

    /// <summary>The key of the Secret that has its value.</summary>
    [Bounds(Min = 1, Max = 253)]
    [Pattern("^[-._a-zA-Z0-9]+$")]
    public required string Key { get; init; }
}
