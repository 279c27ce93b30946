using ImageOperator.Engine.Clouds;

namespace ImageOperator.Platforms.Gcp.Waiting;

/// <summary>How long things usually take at Google Cloud.</summary>
internal static class Waits
{
    public static AdaptiveWait InstanceStart { get; } = new("instance start", TimeSpan.FromSeconds(12));

    public static AdaptiveWait InstanceStop { get; } = new("instance stop", TimeSpan.FromSeconds(25));

    public static AdaptiveWait InstanceEnd { get; } = new("instance end", TimeSpan.FromSeconds(40));

    public static AdaptiveWait Guest { get; } = new("guest", TimeSpan.FromSeconds(15));

    public static AdaptiveWait Image { get; } = new("image", TimeSpan.FromSeconds(60));

    public static AdaptiveWait Export { get; } = new("export", TimeSpan.FromMinutes(3));

    /// <summary>A change of settings.</summary>
    public static AdaptiveWait Change { get; } = new("change", TimeSpan.FromSeconds(2));
}
