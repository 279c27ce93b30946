using ImageOperator.Api.Conditions;
using ImageOperator.Runtime;

namespace ImageOperator.Controller.Queue;

/// <summary>The places as builds were told them. They are renewed all at once and not each time someone ends, else each end would cost a write for everyone who waits.</summary>
internal sealed class PublishedPlaces(FairQueue queue)
{
    /// <summary>In a queue longer than this, who comes new is told the end of it until the next renewal: numbering all for each one would be too much.</summary>
    private const int NumberedAtOnce = 500;

    private readonly Dictionary<TargetKey, QueuePlace> places = [];

    public void Clear() => places.Clear();

    public void Remove(TargetKey key) => places.Remove(key);

    public QueuePlace Of(TargetKey key, DateTimeOffset now)
    {
        if (places.TryGetValue(key, out var place)) return place;
        var found = queue.Waiting <= NumberedAtOnce ? QueuePositions.Of(queue, now).FirstOrDefault(p => p.Entry.Key == key) : default;
        if (found.Entry is not null) return places[key] = Place(found.Blocker, found.Position);
        return places[key] = Place(queue.BlockerOf(key, now) ?? Blocker.Starting, Math.Max(1, queue.Waiting));
    }

    /// <summary>Numbers anew.</summary>
    /// <returns>The builds whose place is another now.</returns>
    public IReadOnlyCollection<ObjectKey> Renew(DateTimeOffset now)
    {
        var changed = new HashSet<ObjectKey>();
        foreach (var (entry, blocker, position) in QueuePositions.Of(queue, now))
        {
            var place = Place(blocker, position);
            if (places.TryGetValue(entry.Key, out var before) && before == place) continue;
            places[entry.Key] = place;
            changed.Add(entry.Build);
        }

        return changed;
    }

    private static QueuePlace Place(Blocker blocker, int position) =>
        new(blocker.Reason, blocker.Reason == Reasons.Queued ? QueuePositions.Coarse(position) : null, blocker.Queue, blocker.Limit, blocker.Until);
}
