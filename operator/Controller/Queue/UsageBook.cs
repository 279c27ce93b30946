using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Platforms;
using ImageOperator.Runtime.Cache;

namespace ImageOperator.Controller.Queue;

/// <summary>
/// The machine time of this month by namespace and platform: that of builds that exist, from their status, and that of deleted ones, from the platform's
/// status. A build that stands in the platform's list counts there and not here, so it is never counted twice.
/// </summary>
internal sealed class UsageBook
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, MachineTime[]> builds = new(StringComparer.Ordinal);
    private readonly Dictionary<UsageAccount, HashSet<string>> byAccount = [];
    private readonly Dictionary<UsageAccount, NamespaceUsage> settled = [];

    public UsageBook(IInformer<ImageBuild> informer) => informer.AddHandler(change =>
    {
        if (change.New is { } now) Take(now);
        else Forget(change.Old!.Metadata.Uid);
    });

    /// <summary>The accounts in which there is anything.</summary>
    public IReadOnlyList<UsageAccount> Accounts
    {
        get
        {
            lock (gate) return [.. byAccount.Keys.Union(settled.Keys)];
        }
    }

    public double Hours(UsageAccount account, DateTimeOffset now)
    {
        var month = Month.Of(now);
        lock (gate)
        {
            var past = settled.GetValueOrDefault(account);
            var deleted = past is not null && past.Month == month.ToString() ? TimeSpan.FromSeconds(past.DeletedBuildsSeconds) : TimeSpan.Zero;
            return (deleted + Existing(account, past, month, now)).TotalHours;
        }
    }

    /// <summary>Hours of builds that are not in the sums, by namespace.</summary>
    public IReadOnlyDictionary<string, double> Beside(PlatformKey platform, IReadOnlyList<NamespaceUsage> sums, DateTimeOffset now)
    {
        lock (gate)
        {
            return byAccount.Keys.Where(a => a.Platform == platform).ToDictionary(
                a => a.Namespace, a => Existing(a, sums.FirstOrDefault(s => s.Namespace == a.Namespace), Month.Of(now), now).TotalHours);
        }
    }

    /// <summary>Whether a build exists still, as far as the cache knows.</summary>
    public bool Exists(string uid)
    {
        lock (gate) return builds.ContainsKey(uid);
    }

    /// <summary>Takes what a platform's status says of deleted builds. An older word than what is known changes nothing: within a month the sums only rise.</summary>
    public bool Settled(PlatformKey platform, IReadOnlyList<NamespaceUsage> usage)
    {
        var changed = false;
        lock (gate)
        {
            foreach (var now in usage)
            {
                var account = new UsageAccount(now.Namespace, platform);
                var before = settled.GetValueOrDefault(account);
                if (before is not null && IsOlder(now, before)) continue;
                settled[account] = now;
                changed |= before is null || before.DeletedBuildsSeconds != now.DeletedBuildsSeconds;
            }
        }

        return changed;
    }

    private TimeSpan Existing(UsageAccount account, NamespaceUsage? past, Month month, DateTimeOffset now)
    {
        var sum = TimeSpan.Zero;
        foreach (var uid in byAccount.GetValueOrDefault(account) ?? [])
        {
            if (past?.DeletedBuilds?.Contains(uid) == true) continue;
            foreach (var time in builds[uid])
            {
                if (time.Account == account) sum += time.In(month, now);
            }
        }

        return sum;
    }

    private static bool IsOlder(NamespaceUsage now, NamespaceUsage before)
    {
        var order = string.CompareOrdinal(now.Month, before.Month);
        return order < 0 || (order == 0 && now.DeletedBuildsSeconds < before.DeletedBuildsSeconds);
    }

    private void Take(ImageBuild build)
    {
        var times = MachineTime.Of(build).ToArray();
        lock (gate)
        {
            // A target that turns out to be up to date had no machine after all.
            Forget(build.Metadata.Uid);
            if (times.Length == 0) return;
            builds[build.Metadata.Uid] = times;
            foreach (var time in times)
            {
                if (!byAccount.TryGetValue(time.Account, out var uids)) byAccount[time.Account] = uids = new(StringComparer.Ordinal);
                uids.Add(build.Metadata.Uid);
            }
        }
    }

    private void Forget(string uid)
    {
        lock (gate)
        {
            if (!builds.Remove(uid, out var times)) return;
            foreach (var account in times.Select(t => t.Account).Distinct())
            {
                if (byAccount.TryGetValue(account, out var uids) && uids.Remove(uid) && uids.Count == 0) byAccount.Remove(account);
            }
        }
    }
}
