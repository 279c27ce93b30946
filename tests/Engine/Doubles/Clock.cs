using System.Diagnostics;
using Microsoft.Extensions.Time.Testing;

namespace ImageOperator.Engine.Tests.Doubles;

/// <summary>Fake time that knows when the next timer is due, so that a test goes from event to event.</summary>
internal sealed class Clock : FakeTimeProvider
{
    private readonly Lock _lock = new();
    private static int _idle = int.MaxValue;
    private readonly List<Tracked> _timers = [];

    public Clock() : base(new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero))
    {
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var tracked = new Tracked(this);
        var inner = base.CreateTimer(
            s =>
            {
                tracked.Due = null;
                callback(s);
            },
            state, Timeout.InfiniteTimeSpan, period);
        tracked.Inner = inner;
        lock (_lock) _timers.Add(tracked);
        tracked.Change(dueTime, period);
        return tracked;
    }

    /// <summary>
    /// A cancelled delay, or a semaphore that was waited for, goes on by the thread pool: time stands still until that is
    /// done. Tests run one after the other, so a busy pool is this test's; the limit is for other programs' load only.
    /// </summary>
    public static void Settle()
    {
        var limit = Stopwatch.StartNew();
        while (limit.ElapsedMilliseconds < 50)
        {
            ThreadPool.GetAvailableThreads(out var available, out _);
            ThreadPool.GetMaxThreads(out var most, out _);
            _idle = Math.Min(_idle, most - available);
            if (ThreadPool.PendingWorkItemCount == 0 && most - available <= Math.Max(_idle, Thread.CurrentThread.IsThreadPoolThread ? 1 : 0)) return;
            Thread.Yield();
        }
    }

    /// <summary>How long it is to the next timer; null if none is set.</summary>
    public TimeSpan? UntilNext
    {
        get
        {
            lock (_lock) return _timers.Min(t => t.Due) - GetUtcNow();
        }
    }

    /// <summary>Goes to the next timer.</summary>
    /// <returns>False if none is set.</returns>
    public bool AdvanceToNext()
    {
        Settle();
        DateTimeOffset? next;
        lock (_lock) next = _timers.Min(t => t.Due);
        if (next is null) return false;
        var wait = next.Value - GetUtcNow();
        Inline(() => Advance(wait > TimeSpan.Zero ? wait : TimeSpan.FromTicks(1)));
        return true;
    }

    /// <summary>Without a synchronization context everything goes on inline, on the thread that moves the clock: each run is the same.</summary>
    public static void Inline(Action work)
    {
        var context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            work();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    private sealed class Tracked(Clock clock) : ITimer
    {
        public ITimer? Inner { get; set; }

        public DateTimeOffset? Due { get; set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            Due = dueTime == Timeout.InfiniteTimeSpan ? null : clock.GetUtcNow() + dueTime;
            return Inner!.Change(dueTime, period);
        }

        public void Dispose()
        {
            Due = null;
            lock (clock._lock) clock._timers.Remove(this);
            Inner!.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
