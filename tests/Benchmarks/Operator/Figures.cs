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

/// <summary>What the server takes from a client that does nothing but ask.</summary>
internal sealed record FloorFigures(double CreatesPerSecond, double StatusAppliesPerSecond, double MixedWritesPerSecond);

/// <summary>A backlog that is worked off while nobody else writes.</summary>
internal sealed record BacklogFigures(int Builds, double Seconds, double WritesPerSecond);

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
