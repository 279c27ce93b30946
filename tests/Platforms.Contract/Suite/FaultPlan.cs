namespace ImageOperator.Platforms.Contract.Tests.Suite;

/// <summary>A call that goes wrong.</summary>
/// <param name="Call">Its name.</param>
/// <param name="Kind">How.</param>
/// <param name="Occurrence">The how-manieth call of that name, from 1.</param>
internal sealed record PlannedFault<T>(string Call, T Kind, int Occurrence);

/// <summary>
/// Which calls go wrong, and how: the first of each name in each way, and a later one. Of them each how-manieth is taken: an odd number, which meets ways and occurrences by turns; and
/// every way at least once.
/// </summary>
internal static class FaultPlan
{
    /// <param name="calls">The calls of a recorded build, in order.</param>
    /// <param name="kinds">The ways.</param>
    /// <param name="stride">Each how-manieth is taken; the next odd number.</param>
    /// <param name="isPoll">Calls that are repeated until something is as awaited: how often is chance.</param>
    public static IReadOnlyList<PlannedFault<T>> Of<T>(IEnumerable<string> calls, IReadOnlyList<T> kinds, int stride, Func<string, bool> isPoll)
    {
        var all = (from call in calls.GroupBy(c => c)
                   from kind in kinds
                   from occurrence in call.Count() >= (isPoll(call.Key) ? 4 : 2) ? new[] { 1, 2 } : [1]
                   select new PlannedFault<T>(call.Key, kind, occurrence)).ToList();
        var taken = all.Where((_, i) => i % (stride | 1) == 0).ToList();
        return [.. taken, .. kinds.Except(taken.Select(f => f.Kind)).Select(k => all.First(f => Equals(f.Kind, k)))];
    }
}
