namespace ImageOperator.Api.ImageBuilds;

/// <summary>What was found between the builder and the guest, or in the guest.</summary>
public sealed record Diagnosis
{
    /// <summary>The layer that failed.</summary>
    public required ConnectionLayer Layer { get; init; }

    /// <summary>Why.</summary>
    public ConnectionReason? Reason { get; init; }

    /// <summary>Which host on the way it is about: <c>proxy</c>, <c>bastions[0]</c>; not set for the machine itself.</summary>
    public string? Hop { get; init; }

    /// <summary>What was seen.</summary>
    public required string Message { get; init; }

    /// <summary>What to look at or to change.</summary>
    public string? Hint { get; init; }
}
