namespace ImageOperator.Runtime.Events;

/// <summary>How often each event happened, and how much each object may still say. Used by the one writer only.</summary>
internal sealed class EventMemory(TimeProvider time)
{
    private const int Capacity = 4096;
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    private readonly Dictionary<ObjectKey, (int Count, DateTimeOffset At)> counts = [];
    private readonly Dictionary<string, TokenBucket> buckets = new(StringComparer.Ordinal);

    /// <summary>Counts the happening in.</summary>
    public int Count(ObjectKey key, Happening happening)
    {
        Trim();
        var count = counts.TryGetValue(key, out var before) && happening.At - before.At < Lifetime ? before.Count + 1 : 1;
        counts[key] = (count, happening.At);
        return count;
    }

    /// <summary>Goes on from a count that someone else wrote.</summary>
    public int Continue(ObjectKey key, int earlier)
    {
        counts[key] = (earlier + 1, time.GetUtcNow());
        return earlier + 1;
    }

    /// <summary>Starts the series anew, with this happening as the first.</summary>
    public void Forget(ObjectKey key) => counts[key] = (1, time.GetUtcNow());

    public bool MayWrite(Happening happening)
    {
        var about = happening.Regarding.Uid ?? happening.Regarding.Name;
        if (!buckets.TryGetValue(about, out var bucket))
        {
            buckets[about] = bucket = new(time, burst: 25, refill: TimeSpan.FromSeconds(10));
        }

        return bucket.TryTake();
    }

    private void Trim()
    {
        if (counts.Count < Capacity && buckets.Count < Capacity)
        {
            return;
        }

        var old = time.GetUtcNow() - Lifetime;
        foreach (var key in counts.Where(c => c.Value.At < old).Select(c => c.Key).ToList())
        {
            counts.Remove(key);
        }

        foreach (var about in buckets.Where(b => b.Value.IsFull).Select(b => b.Key).ToList())
        {
            buckets.Remove(about);
        }

        if (counts.Count >= Capacity)
        {
            // A forgotten count is found again in the event itself.
            counts.Clear();
        }
    }
}
