using ImageOperator.Engine.Clouds;

namespace ImageOperator.Platforms.Azure.Waiting;

/// <summary>How long things usually take at Azure.</summary>
internal static class Waits
{
    public static AdaptiveWait Network { get; } = new("network", TimeSpan.FromSeconds(4));

    public static AdaptiveWait MachineStart { get; } = new("machine start", TimeSpan.FromSeconds(40));

    public static AdaptiveWait MachineStop { get; } = new("machine stop", TimeSpan.FromSeconds(30));

    public static AdaptiveWait Snapshot { get; } = new("snapshot", TimeSpan.FromSeconds(10));

    public static AdaptiveWait Image { get; } = new("image", TimeSpan.FromSeconds(30));

    public static AdaptiveWait Replication { get; } = new("replication", TimeSpan.FromMinutes(6));

    public static AdaptiveWait Access { get; } = new("access to the snapshot", TimeSpan.FromSeconds(5));

    public static AdaptiveWait Copy { get; } = new("copy of the disk", TimeSpan.FromMinutes(4));

    public static AdaptiveWait Removal { get; } = new("removal", TimeSpan.FromSeconds(30));

    public static AdaptiveWait GroupRemoval { get; } = new("group removal", TimeSpan.FromMinutes(2));
}
