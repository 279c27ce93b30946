namespace ImageOperator.Platforms.Contract.Tests.Suite;

/// <summary>Time that passes some times as fast: for waits beside things that really run.</summary>
internal sealed class QuickTime(int factor) : TimeProvider
{
    private readonly DateTimeOffset _begin = System.GetUtcNow();
    private readonly long _timestamp = System.GetTimestamp();

    public override DateTimeOffset GetUtcNow() => _begin + (System.GetElapsedTime(_timestamp) * factor);

    public override long TimestampFrequency => System.TimestampFrequency;

    public override long GetTimestamp() => System.GetTimestamp() * factor;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => new Timer(callback, state, dueTime, period, factor);

    private sealed class Timer : ITimer
    {
        private readonly ITimer _inner;
        private readonly int _factor;

        public Timer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period, int factor) =>
            (_factor, _inner) = (factor, System.CreateTimer(callback, state, Scale(dueTime, factor), Scale(period, factor)));

        public bool Change(TimeSpan dueTime, TimeSpan period) => _inner.Change(Scale(dueTime, _factor), Scale(period, _factor));

        public void Dispose() => _inner.Dispose();

        public ValueTask DisposeAsync() => _inner.DisposeAsync();

        private static TimeSpan Scale(TimeSpan time, int factor) => time == Timeout.InfiniteTimeSpan ? time : time / factor;
    }
}
