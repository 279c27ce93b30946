using CsCheck;
using ImageOperator.Controller.Queue;
using static ImageOperator.Controller.Tests.Queue.QueueWorld;

namespace ImageOperator.Controller.Tests.Queue;

public sealed class FairQueueProperties
{
    private static readonly Gen<ConcurrencyLimits> Limits = Gen.Select(Gen.Int[0, 6].Nullable(), Gen.Int[0, 4].Nullable()).Select(l => new ConcurrencyLimits(l.Item1, l.Item2));
    private static readonly Gen<(int Kind, int Namespace, int Platform, int Build, int Priority)> Steps =
        Gen.Select(Gen.Int[0, 3], Gen.Int[0, 3], Gen.Int[0, 2], Gen.Int[0, 9], Gen.Int[0, 2]);

    private static readonly PlatformKey[] Platforms = [PlatformKey.None, Aws, Aws with { Name = "gcp" }];

    /// <summary>Whatever comes and goes: never over a limit, and never a place left empty that someone could take.</summary>
    [Fact]
    public void AnySteps_NeverOverALimit_AndWorkConserving() => Gen.Select(Limits, Limits, Limits, Gen.Bool, Steps.Array[1, 80]).Sample(run =>
    {
        var (overall, aws, gcp, exhausted, steps) = run;
        var world = new QueueWorld { Overall = overall, Platforms = { [Platforms[1]] = aws, [Platforms[2]] = gcp } };
        if (exhausted) world.OutOfHours.Add(("n0", Aws));
        var queue = new FairQueue(world);
        var waiting = new Dictionary<TargetKey, QueueEntry>();
        var running = new Dictionary<TargetKey, QueueEntry>();
        var now = Start;
        foreach (var step in steps)
        {
            now = now.AddSeconds(step.Priority);
            var entry = Entry($"n{step.Namespace}", $"b{step.Build}-{step.Platform}", Platforms[step.Platform], step.Priority);
            if (step.Kind == 0)
            {
                queue.Leave(entry.Key);
                waiting.Remove(entry.Key);
                running.Remove(entry.Key);
            }
            else if (!running.ContainsKey(entry.Key))
            {
                queue.Wait(entry);
                waiting[entry.Key] = entry;
            }

            foreach (var admitted in queue.Admit(now))
            {
                Assert.True(Fits(world, running.Values, admitted), "over a limit");
                Assert.True(waiting.Remove(admitted.Key));
                running.Add(admitted.Key, admitted);
            }

            Assert.DoesNotContain(waiting.Values, e => Fits(world, running.Values, e));
            Assert.All(waiting.Keys, k => Assert.False(queue.HasPlace(k)));
            Assert.All(running.Keys, k => Assert.True(queue.HasPlace(k)));
            Assert.Equal((running.Count, waiting.Count), (queue.Running, queue.Waiting));
            Numbered(queue, world, waiting, running, now);
        }
    });

    /// <summary>However many others come, however high their priority: who waits starts when each other namespace has had at most its turn.</summary>
    [Fact]
    public void EndlessOthers_NobodyStarves() => Gen.Select(Gen.Int[1, 5], Gen.Int[1, 6], Gen.Int[0, 1000].Array[30]).Sample(run =>
    {
        var (places, others, dice) = run;
        var queue = new FairQueue(new QueueWorld { Platforms = { [Aws] = new(places, null) } });
        var running = new List<QueueEntry>();
        var (now, number) = (Start, 0);
        var victim = Entry("victim", "v");
        for (var i = 0; i < 3; i++) Fill();
        Admit();
        queue.Wait(victim with { Since = now });
        var starts = 0;
        foreach (var die in dice)
        {
            if (queue.HasPlace(victim.Key) == true) break;
            var ended = running[die % running.Count];
            running.Remove(ended);
            queue.Leave(ended.Key);
            Fill();
            starts += Admit();
        }

        Assert.True(queue.HasPlace(victim.Key), $"not started after {starts} starts of others");
        Assert.True(starts <= others + 1, $"started after {starts} starts with {others} other namespaces");

        void Fill()
        {
            for (var n = 0; n < others; n++) queue.Wait(Entry($"n{n}", $"b{number++}", priority: 1000) with { Since = now });
        }

        int Admit()
        {
            now = now.AddSeconds(1);
            var admitted = queue.Admit(now);
            running.AddRange(admitted);
            return admitted.Count;
        }
    });

    /// <summary>Namespaces that always have something to build share a platform evenly.</summary>
    [Fact]
    public void AllBusy_SharesDifferByOneAtMost() => Gen.Select(Gen.Int[1, 20], Gen.Int[1, 6], Gen.Int[0, 1000].Array[1, 60]).Sample(run =>
    {
        var (places, namespaces, dice) = run;
        var queue = new FairQueue(new QueueWorld { Platforms = { [Aws] = new(places, null) } });
        for (var i = 0; i < 100; i++)
        {
            for (var n = 0; n < namespaces; n++) queue.Wait(Entry($"n{n}", $"b{i}", age: i));
        }

        var running = queue.Admit(Start).ToList();
        foreach (var die in dice)
        {
            var shares = Enumerable.Range(0, namespaces).Select(n => running.Count(e => e.Namespace == $"n{n}")).ToArray();
            Assert.True(shares.Max() - shares.Min() <= 1, string.Join(' ', shares));
            // Of the largest share, else chance and not the queue makes them uneven.
            var candidates = running.Where(e => running.Count(o => o.Namespace == e.Namespace) == shares.Max()).ToArray();
            var ended = candidates[die % candidates.Length];
            running.Remove(ended);
            queue.Leave(ended.Key);
            running.AddRange(queue.Admit(Start));
        }
    });

    private static void Numbered(FairQueue queue, QueueWorld world, Dictionary<TargetKey, QueueEntry> waiting, Dictionary<TargetKey, QueueEntry> running, DateTimeOffset now)
    {
        var positions = QueuePositions.Of(queue, now).ToArray();
        Assert.Equal(waiting.Keys.ToHashSet(), positions.Select(p => p.Entry.Key).ToHashSet());
        foreach (var numbered in positions.GroupBy(p => (p.Blocker.Queue, p.Blocker.Platform)))
        {
            Assert.Equal(Enumerable.Range(1, numbered.Count()), numbered.Select(p => p.Position));
        }

        Assert.DoesNotContain(positions, p => Fits(world, running.Values, p.Entry));
    }

    private static bool Fits(QueueWorld world, Dictionary<TargetKey, QueueEntry>.ValueCollection running, QueueEntry entry)
    {
        var own = running.Where(e => e.Namespace == entry.Namespace).ToArray();
        var platform = world.Of(entry.Platform);
        return !world.OutOfHours.Contains((entry.Namespace, entry.Platform))
            && !(running.Count >= world.Overall.Total)
            && !(own.Length >= world.Overall.PerNamespace)
            && !(running.Count(e => e.Platform == entry.Platform) >= platform.Total)
            && !(own.Count(e => e.Platform == entry.Platform) >= platform.PerNamespace);
    }
}
