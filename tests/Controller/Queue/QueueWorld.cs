using ImageOperator.Api.Platforms;
using ImageOperator.Controller.Queue;

namespace ImageOperator.Controller.Tests.Queue;

/// <summary>Limits and entries in few words.</summary>
internal sealed class QueueWorld : IQueueLimits
{
    public static readonly DateTimeOffset Start = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);
    public static readonly PlatformKey Aws = new(PlatformKind.ClusterImagePlatform, "", "aws");

    public ConcurrencyLimits Overall { get; set; }

    public Dictionary<PlatformKey, ConcurrencyLimits> Platforms { get; } = [];

    public HashSet<(string Namespace, PlatformKey Platform)> OutOfHours { get; } = [];

    public HashSet<PlatformKey> Gone { get; } = [];

    public bool IsGone(PlatformKey platform) => Gone.Contains(platform);

    public ConcurrencyLimits Of(PlatformKey platform) => Platforms.GetValueOrDefault(platform);

    public ExhaustedHours? Exhausted(string @namespace, PlatformKey platform, DateTimeOffset now) =>
        OutOfHours.Contains((@namespace, platform)) ? new(10, 10, Month.Of(now).End) : null;

    public static QueueEntry Entry(string @namespace, string build, PlatformKey? platform = null, int priority = 0, int age = 0) => new(
        new($"{@namespace}/{build}", "lab"), new(@namespace, build), platform ?? Aws, priority, Start.AddSeconds(-age), Start.AddSeconds(-age));

    public static string Names(IEnumerable<QueueEntry> entries) => string.Join(' ', entries.Select(e => e.Build.Name));
}
