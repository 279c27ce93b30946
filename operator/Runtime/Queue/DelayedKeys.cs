namespace ImageOperator.Runtime.Queue;

/// <summary>Keys that come due later, on one timer. Counted on the monotonic clock: when the wall clock is set back, nothing may wait that much longer.</summary>
internal sealed class DelayedKeys<TKey> : IDisposable
    where TKey : notnull
{
    private readonly Lock gate = new();
    private readonly long epoch;
    private readonly Dictionary<TKey, TimeSpan> due = [];
    private readonly PriorityQueue<TKey, TimeSpan> order = new();
    private readonly TimeProvider time;
    private readonly Action<TKey> release;
    private readonly ITimer timer;
    private bool disposed;

    public DelayedKeys(TimeProvider time, Action<TKey> release)
    {
        (this.time, this.release) = (time, release);
        epoch = time.GetTimestamp();
        timer = time.CreateTimer(static self => ((DelayedKeys<TKey>)self!).Release(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Add(TKey key, TimeSpan delay)
    {
        lock (gate)
        {
            var at = Now() + delay;
            if (disposed || (due.TryGetValue(key, out var earlier) && earlier <= at))
            {
                return;
            }

            // An overtaken entry stays in the order and is skipped when its time comes.
            due[key] = at;
            order.Enqueue(key, at);
            Schedule();
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            disposed = true;
            due.Clear();
            order.Clear();
        }

        timer.Dispose();
    }

    private void Release()
    {
        List<TKey> released = [];
        lock (gate)
        {
            var now = Now();
            while (order.TryPeek(out var key, out var at) && at <= now)
            {
                order.Dequeue();
                if (due.TryGetValue(key, out var valid) && valid == at)
                {
                    due.Remove(key);
                    released.Add(key);
                }
            }

            Schedule();
        }

        released.ForEach(release);
    }

    private TimeSpan Now() => time.GetElapsedTime(epoch);

    private void Schedule()
    {
        if (!disposed && order.TryPeek(out _, out var at))
        {
            // Timers count milliseconds: rounding up keeps one that fires early from spinning.
            var wait = Math.Clamp(Math.Ceiling((at - Now()).TotalMilliseconds), 0, int.MaxValue);
            timer.Change(TimeSpan.FromMilliseconds(wait), Timeout.InfiniteTimeSpan);
        }
    }
}
