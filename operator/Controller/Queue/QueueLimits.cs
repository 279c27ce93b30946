using System.Collections.Concurrent;
using ImageOperator.Api.Platforms;
using ImageOperator.Controller.Hosting;
using ImageOperator.Runtime.Cache;

namespace ImageOperator.Controller.Queue;

/// <summary>The limits of the operator's settings and of platforms, as they are now.</summary>
internal sealed class QueueLimits : IQueueLimits
{
    private readonly ConcurrentDictionary<PlatformKey, PlatformLimits> platforms = new();
    private readonly ConcurrentDictionary<PlatformKey, byte> existing = new();
    private readonly UsageBook usage;
    private readonly bool seesCluster;

    public QueueLimits(LimitOptions options, IInformer<ImagePlatform> own, IInformer<ClusterImagePlatform>? shared, UsageBook usage)
    {
        this.usage = usage;
        seesCluster = shared is not null;
        Overall = new(options.ConcurrentBuilds, options.ConcurrentBuildsPerNamespace);
        own.AddHandler(change => Take(change.Object, change.IsDeleted));
        shared?.AddHandler(change => Take(change.Object, change.IsDeleted));
    }

    /// <summary>Limits, or what is used of them, are other ones now.</summary>
    public event Action? Changed;

    public ConcurrencyLimits Overall { get; }

    /// <summary>Whether there is any limit at all.</summary>
    public bool Any => Overall != default || !platforms.IsEmpty;

    public ConcurrencyLimits Of(PlatformKey platform) =>
        platforms.TryGetValue(platform, out var limits) ? new(limits.ConcurrentBuilds, limits.ConcurrentBuildsPerNamespace) : default;

    public bool IsGone(PlatformKey platform) =>
        platform.Name.Length > 0 && (seesCluster || platform.Kind == PlatformKind.ImagePlatform) && !existing.ContainsKey(platform);

    public ExhaustedHours? Exhausted(string @namespace, PlatformKey platform, DateTimeOffset now)
    {
        if (!platforms.TryGetValue(platform, out var limits) || limits.MachineHoursPerNamespacePerMonth is not { } quota) return null;
        var used = usage.Hours(new(@namespace, platform), now);
        return used >= quota ? new(used, quota, Month.Of(now).End) : null;
    }

    private void Take(IPlatformObject platform, bool gone)
    {
        var key = PlatformKey.Of(platform);
        var before = platforms.GetValueOrDefault(key);
        var now = gone ? null : platform.Settings.Limits;
        // In this order: at no moment is the platform there without its limits.
        var went = gone && existing.TryRemove(key, out _);
        if (now is null || now == new PlatformLimits()) platforms.TryRemove(key, out _);
        else platforms[key] = now;
        var came = !gone && existing.TryAdd(key, 0);
        var used = usage.Settled(key, gone ? [] : platform.Status?.Usage ?? []);
        if (before != now || used || went || came) Changed?.Invoke();
    }
}
