namespace ImageOperator.Benchmarks.Operator;

/// <summary>Work done by so many at once, as fast as it goes.</summary>
internal static class InParallel
{
    public const int Clients = 32;

    /// <returns>How long it took.</returns>
    public static async Task<TimeSpan> RunAsync(int count, Func<int, Task> work, int clients = Clients)
    {
        var started = TimeProvider.System.GetTimestamp();
        await Parallel.ForEachAsync(Enumerable.Range(1, count), new ParallelOptions { MaxDegreeOfParallelism = clients }, async (i, _) => await work(i).ConfigureAwait(false)).ConfigureAwait(false);
        return TimeProvider.System.GetElapsedTime(started);
    }
}
