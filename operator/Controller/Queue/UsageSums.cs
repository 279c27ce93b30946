using System.Globalization;
using ImageOperator.Api.Platforms;

namespace ImageOperator.Controller.Queue;

/// <summary>A build that is about to go, as an account sees it.</summary>
internal sealed record LeavingBuild(string Uid, string Namespace, IReadOnlyList<MachineTime> Times);

/// <summary>The sums in a platform's status, and what becomes of them.</summary>
internal static class UsageSums
{
    /// <summary>Adds builds that are about to go: each once, however often it is asked for. Adding writes the build's UID beside the sum; it stays there as long as the build.</summary>
    public static IReadOnlyList<NamespaceUsage> Add(IReadOnlyList<NamespaceUsage> usage, IEnumerable<LeavingBuild> leaving, DateTimeOffset now, Func<string, bool> exists)
    {
        var sums = usage.ToDictionary(u => u.Namespace, StringComparer.Ordinal);
        foreach (var build in leaving)
        {
            var sum = Turn(sums.GetValueOrDefault(build.Namespace) ?? new() { Namespace = build.Namespace, Month = Month.Of(now).ToString() }, now);
            if (sum.DeletedBuilds?.Contains(build.Uid) == true) continue;
            var month = Month.Parse(sum.Month) ?? Month.Of(now);
            var seconds = (long)Math.Round(build.Times.Sum(t => t.In(month, now).TotalSeconds));
            sums[build.Namespace] = sum with
            {
                DeletedBuildsSeconds = sum.DeletedBuildsSeconds + seconds,
                DeletedBuilds = [.. (sum.DeletedBuilds ?? []).Where(exists), build.Uid],
            };
        }

        return [.. sums.Values.OrderBy(u => u.Namespace, StringComparer.Ordinal)];
    }

    /// <summary>Says how much is used in all, for people.</summary>
    /// <param name="usage">The sums.</param>
    /// <param name="others">Hours of a namespace's builds that are not in its sum.</param>
    /// <param name="now">As of when.</param>
    public static IReadOnlyList<NamespaceUsage> Tell(IReadOnlyList<NamespaceUsage> usage, IReadOnlyDictionary<string, double> others, DateTimeOffset now)
    {
        var all = usage.Concat(others.Keys.Except(usage.Select(u => u.Namespace)).Select(n => new NamespaceUsage { Namespace = n, Month = Month.Of(now).ToString() }));
        return [.. all.Select(u => Tell(Turn(u, now), others.GetValueOrDefault(u.Namespace), now)).Where(u => u.MachineHours is not null || u.DeletedBuildsSeconds > 0)
            .OrderBy(u => u.Namespace, StringComparer.Ordinal)];
    }

    private static NamespaceUsage Tell(NamespaceUsage usage, double others, DateTimeOffset now)
    {
        var hours = ((usage.DeletedBuildsSeconds / 3600.0) + others).ToString("0.0", CultureInfo.InvariantCulture);
        return hours == (usage.MachineHours ?? "0.0") ? usage : usage with { MachineHours = hours, Time = now };
    }

    /// <summary>A new month begins with nothing. Builds that are still there stay marked: what they have been added for is not added again.</summary>
    private static NamespaceUsage Turn(NamespaceUsage usage, DateTimeOffset now) => string.CompareOrdinal(usage.Month, Month.Of(now).ToString()) < 0
        ? usage with { Month = Month.Of(now).ToString(), DeletedBuildsSeconds = 0, MachineHours = null, Time = null }
        : usage;
}
