namespace ImageOperator.Api.ImageBuilds;

/// <summary>Where a build stands in the queue: of its targets that wait, the one that is next.</summary>
public sealed record QueueStatus
{
    /// <summary>The waiting targets.</summary>
    public required IReadOnlyList<string> Targets { get; init; }

    /// <summary>
    /// The place in the queue, from 1: exact up to 5, beyond that rounded up to 10, 20, 50, 100 and so on. Unset when it is not a place that
    /// is waited for but a new month.
    /// </summary>
    public int? Position { get; init; }

    /// <summary>The limit that is reached, for people.</summary>
    public required string Limit { get; init; }

    /// <summary>Since when the build waits.</summary>
    public required DateTimeOffset Since { get; init; }
}
