namespace ImageOperator.Api.Platforms;

/// <summary>The machine time that a namespace used on the platform in a month.</summary>
public sealed record NamespaceUsage
{
    /// <summary>The namespace.</summary>
    public required string Namespace { get; init; }

    /// <summary>The month in UTC, such as 2026-11.</summary>
    public required string Month { get; init; }

    /// <summary>Machine-hours of all builds of that month, as of <c>time</c>; for people.</summary>
    public string? MachineHours { get; init; }

    /// <summary>When <c>machineHours</c> was counted.</summary>
    public DateTimeOffset? Time { get; init; }

    /// <summary>Seconds of builds that were deleted since; those of the others are counted from their own status.</summary>
    public long DeletedBuildsSeconds { get; init; }

    /// <summary>UIDs of builds whose seconds are in that sum and whose objects may still be there: so each is added once.</summary>
    public IReadOnlyList<string>? DeletedBuilds { get; init; }
}
