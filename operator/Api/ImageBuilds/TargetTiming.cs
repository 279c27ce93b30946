using ImageOperator.Api.Common;

namespace ImageOperator.Api.ImageBuilds;

/// <summary>Where a target's time went, over all its attempts; up to date whenever a stage is reached.</summary>
public sealed record TargetTiming
{
    /// <summary>Spent waiting for others: a download, a machine that boots, a guest that shuts down, a platform that makes an image.</summary>
    public Duration? Waiting { get; init; }

    /// <summary>The rest: the template's own steps, and the builder's work.</summary>
    public Duration? Own { get; init; }

    /// <summary>Calls to the platform: its API, its tools.</summary>
    public int? PlatformCalls { get; init; }

    /// <summary>How many of them the platform put off because they were too many.</summary>
    public int? Throttles { get; init; }

    /// <summary>Bytes of the source image that came over the network; unset when it was there already.</summary>
    public long? DownloadedBytes { get; init; }
}
