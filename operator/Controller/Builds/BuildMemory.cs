using System.Collections.Concurrent;

namespace ImageOperator.Controller.Builds;

/// <summary>What this process remembers of a build. Nothing is lost with it but time and a repeated event. There are thousands: what is empty takes no room.</summary>
internal sealed class BuildMemory
{
    private static readonly HashSet<string> None = [];
    private static readonly Dictionary<string, string> NoRefusals = [];

    private readonly Lock gate = new();
    private HashSet<string>? said;
    private volatile HashSet<string> seenPods = None;
    private volatile Dictionary<string, string> refusals = NoRefusals;

    /// <summary>Why the last create of a target's pod was refused.</summary>
    public IReadOnlyDictionary<string, string> Refusals => refusals;

    public bool NamespaceTerminating { get; set; }

    /// <summary>The monotonic time of this process's last write of status.</summary>
    public long? WrittenAt { get; set; }

    /// <summary>Pods that were seen, by name: one that is not there any more was lost, though status may not name it yet.</summary>
    public IReadOnlySet<string> SeenPods => seenPods;

    public void Saw(IEnumerable<string> pods)
    {
        lock (gate)
        {
            HashSet<string> all = new(seenPods, StringComparer.Ordinal);
            all.UnionWith(pods);
            if (all.Count > seenPods.Count) seenPods = all;
        }
    }

    /// <summary>True the first time.</summary>
    public bool Say(string what)
    {
        lock (gate) return (said ??= new(StringComparer.Ordinal)).Add(what);
    }

    /// <summary>True when this is news.</summary>
    public bool Refuse(string target, string why)
    {
        lock (gate)
        {
            if (refusals.TryGetValue(target, out var before) && before == why) return false;
            refusals = new(refusals, StringComparer.Ordinal) { [target] = why };
            return true;
        }
    }

    public void Accept(string target)
    {
        lock (gate)
        {
            if (refusals.ContainsKey(target)) refusals = new(refusals.Where(r => r.Key != target), StringComparer.Ordinal);
        }
    }
}

/// <summary>The memories of all builds, by UID.</summary>
internal sealed class BuildMemories
{
    private readonly ConcurrentDictionary<string, BuildMemory> byUid = new(StringComparer.Ordinal);

    public BuildMemory Of(string uid) => byUid.GetOrAdd(uid, static _ => new());

    public void Forget(string uid) => byUid.TryRemove(uid, out _);
}
