using ImageOperator.Api.Common;
using ImageOperator.Api.Schema;

namespace ImageOperator.Api.Platforms;

/// <summary>Namespaces by name, by label, or both: one that is named or selected is allowed.</summary>
public sealed record AllowedNamespaces
{
    /// <summary>The namespaces' names.</summary>
    [Bounds(Max = 1024, MaxItemLength = 63)]
    [Pattern(Common.Names.LabelPattern)]
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>Selects namespaces by their labels. An empty selector (<c>{}</c>) selects all, an unset one none.</summary>
    public LabelSelector? Selector { get; init; }

    /// <summary>Whether builds in a namespace may use the object.</summary>
    /// <param name="name">The namespace's name.</param>
    /// <param name="labels">The namespace's labels.</param>
    public bool Allows(string name, IReadOnlyDictionary<string, string> labels) => Names.Contains(name) || Selector?.Matches(labels) == true;
}
