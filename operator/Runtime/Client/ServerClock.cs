namespace ImageOperator.Runtime.Client;

/// <summary>
/// The API server's time: its last answer's Date, and what the monotonic clock has counted since. Decisions compare the present with times that the
/// server and others wrote, so this process's own wall clock, which may be wrong or be set at any moment, must not take part.
/// Until the first answer it is the inner clock's. Timers and timestamps are the inner clock's always.
/// </summary>
public sealed class ServerClock(TimeProvider inner) : TimeProvider
{
    // A Date has whole seconds, and an answer is on its way for a while.
    private static readonly TimeSpan Granularity = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private DateTimeOffset anchor = inner.GetUtcNow();
    private long anchoredAt = inner.GetTimestamp();
    private bool heard;

    /// <inheritdoc/>
    public override long TimestampFrequency => inner.TimestampFrequency;

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => inner.LocalTimeZone;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow()
    {
        lock (gate)
        {
            return anchor + inner.GetElapsedTime(anchoredAt);
        }
    }

    /// <inheritdoc/>
    public override long GetTimestamp() => inner.GetTimestamp();

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => inner.CreateTimer(callback, state, dueTime, period);

    /// <summary>Takes an answer's Date into account.</summary>
    public void Observe(DateTimeOffset date)
    {
        lock (gate)
        {
            var now = anchor + inner.GetElapsedTime(anchoredAt);
            var (earliest, latest) = (date - Tolerance, date + Granularity + Tolerance);
            if (heard && now >= earliest && now <= latest)
            {
                return;
            }

            // As little as needed; but the first answer ends all guessing.
            anchor = heard ? (now < earliest ? earliest : latest) : now >= date && now <= date + Granularity ? now : date;
            anchoredAt = inner.GetTimestamp();
            heard = true;
        }
    }
}
