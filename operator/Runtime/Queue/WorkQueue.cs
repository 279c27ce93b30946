using System.Threading.Channels;

namespace ImageOperator.Runtime.Queue;

/// <summary>
/// Keys with work to do, as in client-go: a key that is added many times is worked on once, a key that is added while it is worked on comes again
/// after that, and no key is ever worked on twice at once.
/// </summary>
internal sealed class WorkQueue<TKey> : IDisposable
    where TKey : notnull
{
    private readonly Lock gate = new();
    private readonly Channel<TKey> ready = Channel.CreateUnbounded<TKey>();
    private readonly HashSet<TKey> dirty = [];
    private readonly HashSet<TKey> processing = [];
    private readonly Dictionary<TKey, int> failures = [];
    private readonly Dictionary<TKey, long> addedAt = [];
    private readonly DelayedKeys<TKey> delayed;
    private readonly TimeProvider time;
    private readonly Backoff backoff;
    private readonly RuntimeMetrics metrics;
    private readonly KeyValuePair<string, object?> tag;
    private bool shutDown;

    public WorkQueue(string name, Backoff backoff, RuntimeMetrics metrics, TimeProvider time)
    {
        (this.backoff, this.metrics, this.time) = (backoff, metrics, time);
        tag = new("queue", name);
        delayed = new(time, Add);
    }

    /// <summary>Keys that wait for a worker.</summary>
    public int Count
    {
        get
        {
            lock (gate)
            {
                return dirty.Count(key => !processing.Contains(key));
            }
        }
    }

    /// <summary>Marks a key as having work to do.</summary>
    public void Add(TKey key)
    {
        lock (gate)
        {
            if (shutDown || !dirty.Add(key))
            {
                return;
            }

            metrics.QueueAdds.Add(1, tag);
            if (!processing.Contains(key))
            {
                MakeReady(key);
            }
        }
    }

    /// <summary>Adds a key later; of several times the earliest counts.</summary>
    public void AddAfter(TKey key, TimeSpan delay)
    {
        if (delay <= TimeSpan.Zero)
        {
            Add(key);
            return;
        }

        delayed.Add(key, delay);
    }

    /// <summary>Adds a key again after a failure, later with each one.</summary>
    public TimeSpan AddRateLimited(TKey key, TimeSpan atLeast = default, TimeSpan? atMost = null)
    {
        TimeSpan delay;
        lock (gate)
        {
            var count = failures[key] = failures.GetValueOrDefault(key) + 1;
            delay = backoff.After(count);
        }

        delay = delay > atMost ? atMost.Value : delay;

        metrics.QueueRetries.Add(1, tag);
        delay = delay < atLeast ? atLeast : delay;
        AddAfter(key, delay);
        return delay;
    }

    /// <summary>Ends a key's back-off.</summary>
    public void Forget(TKey key)
    {
        lock (gate)
        {
            failures.Remove(key);
        }
    }

    /// <summary>How often a key has failed in a row.</summary>
    public int Failures(TKey key)
    {
        lock (gate)
        {
            return failures.GetValueOrDefault(key);
        }
    }

    /// <summary>The next key to work on, or nothing when the queue is shut down and empty. Each key taken must be given back with <see cref="Done"/>.</summary>
    public async ValueTask<TakenKey<TKey>> TakeAsync(CancellationToken cancellationToken)
    {
        while (await ready.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (ready.Reader.TryRead(out var key))
            {
                lock (gate)
                {
                    processing.Add(key);
                    dirty.Remove(key);
                    metrics.QueueDepth.Add(-1, tag);
                    if (addedAt.Remove(key, out var since))
                    {
                        metrics.QueueLatency.Record(time.GetElapsedTime(since).TotalSeconds, tag);
                    }

                    EndIfDrained();
                }

                return new(true, key);
            }
        }

        return default;
    }

    /// <summary>Says that the work on a key has ended.</summary>
    public void Done(TKey key)
    {
        lock (gate)
        {
            processing.Remove(key);
            if (dirty.Contains(key))
            {
                MakeReady(key);
            }
        }
    }

    /// <summary>Takes no more keys; those that are ready are still handed out, delayed ones are dropped.</summary>
    public void ShutDown()
    {
        lock (gate)
        {
            shutDown = true;
            EndIfDrained();
        }

        delayed.Dispose();
    }

    public void Dispose()
    {
        ShutDown();
        while (ready.Reader.TryRead(out _))
        {
            // Nobody will take it: the depth must not stay.
            metrics.QueueDepth.Add(-1, tag);
        }
    }

    private void MakeReady(TKey key)
    {
        addedAt[key] = time.GetTimestamp();
        metrics.QueueDepth.Add(1, tag);
        ready.Writer.TryWrite(key);
    }

    private void EndIfDrained()
    {
        if (shutDown && dirty.Count == 0)
        {
            ready.Writer.TryComplete();
        }
    }
}
