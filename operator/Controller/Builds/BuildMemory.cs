using System.Collections.Concurrent;

namespace ImageOperator.Controller.Builds;

/// <summary>What this process remembers of a build. Nothing is lost with it but time and a repeated event.</summary>
internal sealed class BuildMemory
{
    private readonly ConcurrentDictionary<string, byte> said = new(StringComparer.Ordinal);
    private volatile HashSet<string> seenPods = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> refusals = new(StringComparer.Ordinal);

    /// <summary>Why the last create of a target's pod was refused.</summary>
    public IReadOnlyDictionary<string, string> Refusals => refusals;

    public bool NamespaceTerminating { get; set; }

    /// <summary>The monotonic time of this process's last write of status.</summary>
    public long? WrittenAt { get; set; }

    /// <summary>Pods that were seen, by name: one that is not there any more was lost, though status may not name it yet.</summary>
    public IReadOnlySet<string> SeenPods => seenPods;

    public void Saw(IEnumerable<string> pods) => seenPods = [.. seenPods.Union(pods, StringComparer.Ordinal)];

    /// <summary>True the first time.</summary>
    public bool Say(string what) => said.TryAdd(what, 0);

    /// <summary>True when this is news.</summary>
    public bool Refuse(string target, string why)
    {
        var news = !refusals.TryGetValue(target, out var before) || before != why;
        refusals[target] = why;
        return news;
    }

    public void Accept(string target) => refusals.TryRemove(target, out _);
}

/// <summary>The memories of all builds, by UID.</summary>
internal sealed class BuildMemories
{
    private readonly ConcurrentDictionary<string, BuildMemory> byUid = new(StringComparer.Ordinal);

    public BuildMemory Of(string uid) => byUid.GetOrAdd(uid, static _ => new());

    public void Forget(string uid) => byUid.TryRemove(uid, out _);
}
