namespace ImageOperator.Runtime.Client;

/// <summary>What a list reads.</summary>
public sealed record ListOptions
{
    /// <summary>Namespace; empty for all, or for cluster-scoped kinds.</summary>
    public string Namespace { get; init; } = "";

    /// <summary>Label selector.</summary>
    public string? LabelSelector { get; init; }

    /// <summary>Field selector.</summary>
    public string? FieldSelector { get; init; }

    /// <summary>Objects per page.</summary>
    public int Limit { get; init; } = 500;

    /// <summary>Token of the page to read.</summary>
    public string? Continue { get; init; }
}
