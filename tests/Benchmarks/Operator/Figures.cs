namespace ImageOperator.Benchmarks.Operator;

/// <summary>How soon after its creation a build had its pod.</summary>
internal sealed record LatencyFigures(int PerSecond, int Builds, double MedianMilliseconds, double P99Milliseconds);

/// <summary>All builds at once.</summary>
internal sealed record BurstFigures
{
    public required int Builds { get; init; }

    public required double AppliedSeconds { get; init; }

    public required double AllPodsSeconds { get; init; }

    public required double AllEndedSeconds { get; init; }

    /// <summary>Everybody's: who applies, the operator, kubelet and builders.</summary>
    public required double AllWritesPerSecond { get; init; }

    public required double OperatorCpuSeconds { get; init; }

    public required double PeakResidentMiB { get; init; }

    public required double WritesUntilEnd { get; init; }

    public required double WritesInAll { get; init; }

    public required double RequestsInAll { get; init; }

    /// <summary>Verb and resource, and how many of them a build costs.</summary>
    public required IReadOnlyDictionary<string, double> RequestsByKind { get; init; }
}

/// <summary>What the server takes from a client that does nothing but ask, and its own CPU time for each write of the mix.</summary>
internal sealed record FloorFigures(double CreatesPerSecond, double StatusAppliesPerSecond, double MixedWritesPerSecond, double ServerMillisecondsPerWrite);

/// <summary>A backlog that is worked off while nobody else writes.</summary>
/// <param name="Builds">How many.</param>
/// <param name="Seconds">From the first write to the last pod.</param>
/// <param name="WritesPerSecond">The operator's.</param>
/// <param name="OperatorMilliseconds">CPU time of the operator for each of its writes.</param>
/// <param name="ServerMilliseconds">CPU time of the API server for each of the operator's writes.</param>
internal sealed record BacklogFigures(int Builds, double Seconds, double WritesPerSecond, double OperatorMilliseconds, double ServerMilliseconds);

internal sealed record RestFigures(double Seconds, int WritesBesideLease, int LeaseWrites, int Reads, double CpuPercent, double ResidentMiB, double AnonymousMiB);

internal sealed record StoreFigures(int Finished, double StartSeconds, double ResidentMiB, double AnonymousMiB, double CpuSeconds);

/// <summary>Seconds until another leads; a minute without an API server.</summary>
internal sealed record FailoverFigures(IReadOnlyList<double> AfterKill, IReadOnlyList<double> AfterTerm, double OutageSeconds, double EndedAfterOutage, bool NothingLostOrDoubled);

internal sealed record OperatorFigures
{
    public required DateTimeOffset StartTime { get; init; }

    public List<double> Load { get; } = [];

    public FloorFigures? Floor { get; set; }

    public BacklogFigures? Backlog { get; set; }

    public BurstFigures? Burst { get; set; }

    public List<LatencyFigures> Latency { get; } = [];

    public RestFigures? Rest { get; set; }

    public StoreFigures? Store { get; set; }

    public FailoverFigures? Failover { get; set; }
}
