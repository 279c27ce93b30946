using System.Collections.Concurrent;
using CsCheck;
using ImageOperator.Runtime.Queue;
using ImageOperator.Runtime.Tests.Testbed;

namespace ImageOperator.Runtime.Tests.Queue;

public sealed class WorkQueueProperties
{
    private static readonly Gen<(int Workers, (int Key, int Kind)[] Adds)> Runs =
        Gen.Select(Gen.Int[1, 6], Gen.Select(Gen.Int[0, 5], Gen.Int[0, 3]).Array[1, 200]);

    /// <summary>Whatever is added by whom and when: no key is worked on twice at once, and after an add there is always a look.</summary>
    [Fact]
    public async Task AnyAdds_ByManyWorkers_NeverTwiceAtOnceAndNeverLost() => await Runs.SampleAsync(
        async run =>
        {
            using var queue = new WorkQueue<int>("test", new(TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(2)), TestMetrics.Create(), TimeProvider.System);
            var world = new World();
            var workers = Enumerable.Range(0, run.Workers).Select(_ => Task.Run(() => WorkAsync(queue, world))).ToArray();
            await Task.Run(() =>
            {
                foreach (var (key, kind) in run.Adds)
                {
                    // The level changes first, then the key is added: as an informer does.
                    world.Wanted.AddOrUpdate(key, 1, (_, n) => n + 1);
                    switch (kind)
                    {
                        case 0:
                            queue.AddAfter(key, TimeSpan.FromMilliseconds(1));
                            break;
                        case 1:
                            queue.AddRateLimited(key);
                            break;
                        default:
                            queue.Add(key);
                            break;
                    }
                }
            });
            await Eventually.True(() => world.Wanted.All(w => world.Seen.GetValueOrDefault(w.Key) == w.Value), TimeSpan.FromSeconds(20), "every last level was seen");
            queue.ShutDown();
            await Task.WhenAll(workers);
            Assert.Equal(0, world.Overlaps);
        },
        iter: 60,
        threads: 1);

    private static async Task WorkAsync(WorkQueue<int> queue, World world)
    {
        while (await queue.TakeAsync(TestContext.Current.CancellationToken) is { Taken: true, Key: var key })
        {
            if (!world.Busy.TryAdd(key, true))
            {
                Interlocked.Increment(ref world.Overlaps);
            }

            var level = world.Wanted[key];
            await Task.Yield();
            world.Seen[key] = level;
            world.Busy.TryRemove(key, out _);
            queue.Done(key);
        }
    }

    private sealed class World
    {
        public int Overlaps;

        public ConcurrentDictionary<int, int> Wanted { get; } = [];

        public ConcurrentDictionary<int, int> Seen { get; } = [];

        public ConcurrentDictionary<int, bool> Busy { get; } = [];
    }
}
