namespace ImageOperator.Controller.Platforms;

/// <summary>The times that probes go by.</summary>
internal sealed record ProbePolicy
{
    /// <summary>How long a good result holds: a Secret's change cannot be seen, the operator reads none.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Pause after a probe that failed; doubles with each further one, up to the interval.</summary>
    public TimeSpan Retry { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long a probe pod may take, from its creation to its end.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(5);

    public TimeSpan Pause(int failures) => failures == 0
        ? Interval
        : TimeSpan.FromTicks((long)Math.Min(Interval.Ticks, Retry.Ticks * Math.Pow(2, Math.Clamp(failures - 1, 0, 30))));
}
