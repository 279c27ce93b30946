using System.Collections.Concurrent;
using ImageOperator.Controller.Hosting;

namespace ImageOperator.Controller.Queue;

/// <summary>The limits of the operator's settings and of platforms.</summary>
internal sealed class QueueLimits(LimitOptions options) : IQueueLimits
{
    private readonly ConcurrentDictionary<PlatformKey, ConcurrencyLimits> platforms = new();

    public ConcurrencyLimits Overall { get; } = new(options.ConcurrentBuilds, options.ConcurrentBuildsPerNamespace);

    /// <summary>Whether there is any limit at all.</summary>
    public bool Any => Overall != default || !platforms.IsEmpty;

    public ConcurrencyLimits Of(PlatformKey platform) => platforms.GetValueOrDefault(platform);

    public ExhaustedHours? Exhausted(string @namespace, PlatformKey platform, DateTimeOffset now) => null;
}
