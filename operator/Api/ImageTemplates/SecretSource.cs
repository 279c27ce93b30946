using ImageOperator.Api.Common;
using ImageOperator.Api.Schema;

namespace ImageOperator.Api.ImageTemplates;

/// <summary>Files from a Secret in the build's namespace.</summary>
public sealed record SecretSource
{
    /// <summary>The Secret's name.</summary>
    [Bounds(Min = 1, Max = 253)]
    [Pattern(Names.SubdomainPattern)]
    public required string Name { get; init; }

    /// <summary>The keys to take, each to its own path; all keys under their own names if empty.</summary>
    [ListMapKey("key")]
    [Bounds(Max = 128)]
    public IReadOnlyList<KeyToPath> Items { get; init; } = [];
}
