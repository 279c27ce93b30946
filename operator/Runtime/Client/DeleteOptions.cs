namespace ImageOperator.Runtime.Client;

/// <summary>Options of delete.</summary>
public sealed record DeleteOptions
{
    /// <summary>Delete only the object with this UID; another one is a <see cref="ApiError.Conflict"/>.</summary>
    public string? Uid { get; init; }

    /// <summary>Delete only this version of the object.</summary>
    public string? ResourceVersion { get; init; }

    /// <summary>What becomes of owned objects.</summary>
    public PropagationPolicy? Propagation { get; init; }

    /// <summary>How long a pod may take to stop.</summary>
    public TimeSpan? GracePeriod { get; init; }
}
