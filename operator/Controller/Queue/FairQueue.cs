namespace ImageOperator.Controller.Queue;

/// <summary>
/// Who waits and who has a place, and who is next: no clock, no threads, no server. The order: the lane (namespace and platform) with the fewest running is
/// next; of equal ones the one that has gone without for longest; within a lane priority, then age. A lane over a limit is passed over,
/// so that no place stays empty that someone could take.
/// </summary>
internal sealed class FairQueue(IQueueLimits limits)
{
    private readonly Dictionary<TargetKey, (QueueEntry Entry, Lane Lane, bool Running)> entries = [];
    private readonly Dictionary<(string Namespace, PlatformKey Platform), Lane> lanes = [];
    private readonly Dictionary<string, int> byNamespace = new(StringComparer.Ordinal);
    private readonly Dictionary<PlatformKey, int> byPlatform = [];
    private int total;
    private DateTimeOffset last;

    public int Waiting { get; private set; }

    public int Running => total;

    public IEnumerable<Lane> Lanes => lanes.Values;

    /// <summary>Whether the target has a place (true), waits (false), or is unknown (null).</summary>
    public bool? HasPlace(TargetKey key) => entries.TryGetValue(key, out var known) ? known.Running : null;

    /// <summary>Puts a target into the queue, or changes its priority there. One that has a place keeps it.</summary>
    /// <returns>Whether anything changed.</returns>
    public bool Wait(QueueEntry entry)
    {
        if (entries.TryGetValue(entry.Key, out var known))
        {
            // Its age stays what it was: asking again does not make it younger.
            if (known.Running || (known.Entry.Priority == entry.Priority && known.Entry.Platform == entry.Platform)) return false;
            entry = entry with { Since = known.Entry.Since };
            if (known.Entry.Platform == entry.Platform)
            {
                known.Lane.Waiting.Remove(known.Entry);
                known.Lane.Waiting.Add(entry);
                entries[entry.Key] = (entry, known.Lane, false);
                return true;
            }

            Leave(entry.Key);
        }

        var lane = LaneOf(entry);
        lane.Wait(entry);
        entries[entry.Key] = (entry, lane, false);
        Waiting++;
        return true;
    }

    /// <summary>Says that a target has a place already: it is so, whatever the limits are by now.</summary>
    public bool Take(QueueEntry entry, DateTimeOffset at)
    {
        if (HasPlace(entry.Key) == true) return false;
        if (entries.ContainsKey(entry.Key)) Leave(entry.Key);
        Start(entry, LaneOf(entry), at);
        return true;
    }

    /// <summary>Forgets a target: it has ended, or does not want to start any more.</summary>
    public bool Leave(TargetKey key)
    {
        if (!entries.Remove(key, out var known)) return false;
        var (entry, lane, running) = known;
        if (running)
        {
            lane.Running--;
            total--;
            Count(byNamespace, entry.Namespace, -1);
            Count(byPlatform, entry.Platform, -1);
        }
        else
        {
            lane.Waiting.Remove(entry);
            Waiting--;
        }

        // Who was served last is forgotten with an empty lane: nobody of it waits.
        if (lane.IsEmpty) lanes.Remove((lane.Namespace, lane.Platform));
        return true;
    }

    public void Clear()
    {
        entries.Clear();
        lanes.Clear();
        byNamespace.Clear();
        byPlatform.Clear();
        (total, Waiting) = (0, 0);
    }

    /// <summary>Gives away all places that can be given away.</summary>
    public IReadOnlyList<QueueEntry> Admit(DateTimeOffset now)
    {
        List<QueueEntry> admitted = [];
        while (Waiting > 0 && Next(now) is { } lane)
        {
            // Two starts are never at the same moment, even when the clock stands or goes back.
            last = now > last ? now : last.AddTicks(1);
            var entry = lane.Waiting.Min!;
            lane.Waiting.Remove(entry);
            Waiting--;
            Start(entry, lane, last);
            admitted.Add(entry);
        }

        return admitted;
    }

    /// <summary>The limit that keeps a lane from starting one more; null if none does.</summary>
    public Blocker? BlockerOf(Lane lane, DateTimeOffset now)
    {
        if (limits.IsGone(lane.Platform)) return Blocker.Gone(lane.Platform);
        var platform = limits.Of(lane.Platform);
        if (limits.Exhausted(lane.Namespace, lane.Platform, now) is { } hours) return Blocker.Hours($"namespace {lane.Namespace} on {lane.Platform}", hours);
        if (lane.Running >= platform.PerNamespace) return Blocker.Places($"namespace {lane.Namespace} on {lane.Platform}", lane.Running, platform.PerNamespace.Value);
        var ofNamespace = byNamespace.GetValueOrDefault(lane.Namespace);
        if (ofNamespace >= limits.Overall.PerNamespace) return Blocker.Places($"namespace {lane.Namespace}", ofNamespace, limits.Overall.PerNamespace.Value);
        var onPlatform = byPlatform.GetValueOrDefault(lane.Platform);
        if (onPlatform >= platform.Total) return Blocker.Places(lane.Platform, onPlatform, platform.Total.Value);
        return total >= limits.Overall.Total ? Blocker.Places("the cluster", total, limits.Overall.Total.Value) : null;
    }

    public Blocker? BlockerOf(TargetKey key, DateTimeOffset now) => entries.TryGetValue(key, out var known) ? BlockerOf(known.Lane, now) : null;

    private Lane? Next(DateTimeOffset now)
    {
        Lane? best = null;
        foreach (var lane in lanes.Values)
        {
            if (lane.Waiting.Count > 0 && (best is null || IsBefore(lane, best)) && BlockerOf(lane, now) is null) best = lane;
        }

        return best;
    }

    private static bool IsBefore(Lane a, Lane b)
    {
        if (a.Running != b.Running) return a.Running < b.Running;
        if (a.ServedAt != b.ServedAt) return a.ServedAt < b.ServedAt;
        return QueueEntry.Age.Compare(a.Waiting.Min, b.Waiting.Min) < 0;
    }

    private Lane LaneOf(QueueEntry entry)
    {
        var key = (entry.Namespace, entry.Platform);
        if (!lanes.TryGetValue(key, out var lane)) lanes[key] = lane = new(entry.Namespace, entry.Platform);
        return lane;
    }

    private void Start(QueueEntry entry, Lane lane, DateTimeOffset at)
    {
        lane.Start(at);
        total++;
        Count(byNamespace, entry.Namespace, 1);
        Count(byPlatform, entry.Platform, 1);
        entries[entry.Key] = (entry, lane, true);
    }

    private static void Count<TKey>(Dictionary<TKey, int> counts, TKey key, int by)
        where TKey : notnull
    {
        var now = counts.GetValueOrDefault(key) + by;
        if (now == 0) counts.Remove(key);
        else counts[key] = now;
    }
}
