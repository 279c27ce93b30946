namespace ImageOperator.Controller.Builds;

/// <summary>The times that decisions go by.</summary>
internal sealed record BuildPolicy
{
    /// <summary>Which part of the builds is traced.</summary>
    public double TraceRatio { get; init; }

    /// <summary>How long a scheduled pod may take to start.</summary>
    public TimeSpan PodStartTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How often it is looked again whether something that a build waits for has come, beside what is watched.</summary>
    public TimeSpan ReferencePause { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How old a build is when it is worth a warning that something it refers to is not there.</summary>
    public TimeSpan WarnAfter { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Pause before the second attempt; doubles with each further one.</summary>
    public TimeSpan LostPodBackoff { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Pause after a sweeper that failed; doubles with each further one.</summary>
    public TimeSpan SweepBackoff { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Longest pause between pods.</summary>
    public TimeSpan BackoffCap { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long after a build's timeout the operator leaves the end of it to the builder.</summary>
    public TimeSpan TimeoutGrace { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long after its begin a capture is waited for, whatever the timeout says.</summary>
    public TimeSpan CaptureLimit { get; init; } = TimeSpan.FromHours(24);

    /// <summary>How long after a pod's grace its node may take to confirm the end.</summary>
    public TimeSpan NodeGrace { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long clean-up is tried in a namespace that is being removed (no pod can be created there).</summary>
    public TimeSpan NamespaceGrace { get; init; } = TimeSpan.FromMinutes(5);

    public TimeSpan LostPodPause(int attempt) => Pause(LostPodBackoff, attempt);

    public TimeSpan SweepPause(int number) => Pause(SweepBackoff, number);

    private TimeSpan Pause(TimeSpan first, int number) =>
        TimeSpan.FromTicks((long)Math.Min(BackoffCap.Ticks, first.Ticks * Math.Pow(2, Math.Clamp(number - 1, 0, 30))));
}
