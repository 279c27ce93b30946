namespace ImageOperator.Controller.Builds;

/// <summary>Where a pod's life stands.</summary>
internal enum PodLife
{
    /// <summary>No container has run yet.</summary>
    Pending,

    /// <summary>It runs, or its node does not say otherwise.</summary>
    Running,

    /// <summary>Its containers have ended.</summary>
    Ended,
}

/// <summary>What a decision needs to know of a pod.</summary>
internal sealed record PodObservation
{
    public required string Name { get; init; }

    public required string Uid { get; init; }

    public required string Target { get; init; }

    /// <summary>The attempt of a builder, the number of a sweeper.</summary>
    public required int Attempt { get; init; }

    public bool Sweeper { get; init; }

    public required PodLife Life { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? ScheduledAt { get; init; }

    /// <summary>When its container started.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>When the pod's grace is over; set once its deletion was asked for.</summary>
    public DateTimeOffset? DeletionDue { get; init; }

    public int? ExitCode { get; init; }

    /// <summary>Why it waits, or why it ended, in the cluster's words.</summary>
    public string? Detail { get; init; }

    /// <summary>The scheduler finds no node.</summary>
    public bool Unschedulable { get; init; }

    /// <summary>The pod's node is gone or does not answer. Known in live observations only.</summary>
    public bool NodeLost { get; init; }

    public bool IsTerminating => DeletionDue is not null;

    /// <summary>It may still do something.</summary>
    public bool IsLive => Life != PodLife.Ended;
}
