namespace ImageOperator.Controller.Hosting;

/// <summary>
/// Gives memory back when there is nothing to do: a process that allocates nothing never collects, and would hold for days what a burst, or the
/// first list of thousands of builds, has left behind.
/// </summary>
internal sealed class IdleTrim(TimeProvider time, IGarbage garbage) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    /// <summary>Leases and idle watches allocate less than this in an interval.</summary>
    public const long Idle = 8 << 20;

    /// <summary>Less garbage is not worth the pause, some 30 ms.</summary>
    public const long Worthwhile = 64 << 20;

    private long seen;
    private long trimmed;

    /// <summary>Looks once.</summary>
    public void Look()
    {
        var now = garbage.Allocated;
        if (now - seen < Idle && now - trimmed >= Worthwhile)
        {
            garbage.Collect();
            trimmed = now;
        }

        seen = now;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false)) Look();
    }
}
