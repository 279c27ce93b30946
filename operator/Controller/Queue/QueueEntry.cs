using ImageOperator.Runtime;

namespace ImageOperator.Controller.Queue;

/// <summary>A target in the queue, or in a place.</summary>
/// <param name="Key">Which target.</param>
/// <param name="Build">Its build.</param>
/// <param name="Platform">Where it takes its machine from.</param>
/// <param name="Priority">The build's priority.</param>
/// <param name="Created">When the build was created.</param>
/// <param name="Since">Since when it waits.</param>
internal sealed record QueueEntry(TargetKey Key, ObjectKey Build, PlatformKey Platform, int Priority, DateTimeOffset Created, DateTimeOffset Since)
{
    public string Namespace => Build.Namespace;

    /// <summary>The order between namespaces that are level: age. Names decide only between builds of the same second.</summary>
    public static IComparer<QueueEntry> Age { get; } = Comparer<QueueEntry>.Create(static (a, b) =>
    {
        var order = a.Created.CompareTo(b.Created);
        if (order == 0) order = a.Since.CompareTo(b.Since);
        if (order == 0) order = string.CompareOrdinal(a.Build.Name, b.Build.Name);
        if (order == 0) order = string.CompareOrdinal(a.Key.BuildUid, b.Key.BuildUid);
        return order == 0 ? string.CompareOrdinal(a.Key.Target, b.Key.Target) : order;
    });

    /// <summary>The order within a lane: priority, then age.</summary>
    public static IComparer<QueueEntry> Order { get; } = Comparer<QueueEntry>.Create(static (a, b) =>
        b.Priority != a.Priority ? b.Priority.CompareTo(a.Priority) : Age.Compare(a, b));
}
