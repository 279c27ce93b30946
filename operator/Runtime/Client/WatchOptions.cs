namespace ImageOperator.Runtime.Client;

/// <summary>What a watch reads.</summary>
public sealed record WatchOptions
{
    /// <summary>Namespace; empty for all, or for cluster-scoped kinds.</summary>
    public string Namespace { get; init; } = "";

    /// <summary>Label selector.</summary>
    public string? LabelSelector { get; init; }

    /// <summary>Field selector.</summary>
    public string? FieldSelector { get; init; }

    /// <summary>The version to go on from.</summary>
    public string? ResourceVersion { get; init; }

    /// <summary>When the server shall end the stream.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>How long the stream may be silent (no event, no bookmark) before it is given up as half-open.</summary>
    public TimeSpan? IdleTimeout { get; init; }
}
