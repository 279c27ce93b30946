namespace ImageOperator.Controller.Queue;

/// <summary>
/// The places in the queue, found by playing on: if places came free one by one, who would be next? Those that wait for the same limit are numbered
/// together.
/// </summary>
internal static class QueuePositions
{
    private static readonly int[] Steps = [1, 2, 5];

    public static IEnumerable<(QueueEntry Entry, Blocker Blocker, int Position)> Of(FairQueue queue, DateTimeOffset now)
    {
        var turns = new PriorityQueue<(IEnumerator<QueueEntry> Entries, Blocker Blocker, int Running), (int Running, DateTimeOffset ServedAt)>();
        foreach (var lane in queue.Lanes.Where(l => l.Waiting.Count > 0))
        {
            // One that could start now will in a moment: it has no place in a queue.
            if (queue.BlockerOf(lane, now) is not { } blocker) continue;
            var entries = lane.Waiting.AsEnumerable().GetEnumerator();
            entries.MoveNext();
            turns.Enqueue((entries, blocker, lane.Running), (lane.Running, lane.ServedAt));
        }

        var numbers = new Dictionary<(string, PlatformKey?), int>();
        var served = DateTimeOffset.MaxValue.AddYears(-1);
        while (turns.TryDequeue(out var turn, out _))
        {
            var queued = (turn.Blocker.Queue, turn.Blocker.Platform);
            var number = numbers[queued] = numbers.GetValueOrDefault(queued) + 1;
            yield return (turn.Entries.Current, turn.Blocker, number);
            served = served.AddTicks(1);
            if (turn.Entries.MoveNext()) turns.Enqueue((turn.Entries, turn.Blocker, turn.Running + 1), (turn.Running + 1, served));
        }
    }

    /// <summary>
    /// What is published of a position: exact up to 5, then 10, 20, 50, 100 and so on. So a build in a long queue is written a handful of times on its
    /// way to the front, and not once for each build before it.
    /// </summary>
    public static int Coarse(int position)
    {
        if (position <= 5) return position;
        for (var decade = 10L; ; decade *= 10)
        {
            foreach (var step in Steps)
            {
                if (position <= decade * step) return (int)Math.Min(int.MaxValue, decade * step);
            }
        }
    }
}
