namespace ImageOperator.Controller.Queue;

/// <summary>What one namespace has on one platform: the unit of fairness.</summary>
internal sealed class Lane(string @namespace, PlatformKey platform)
{
    public string Namespace { get; } = @namespace;

    public PlatformKey Platform { get; } = platform;

    public SortedSet<QueueEntry> Waiting { get; } = new(QueueEntry.Order);

    /// <summary>Targets that have a place.</summary>
    public int Running { get; set; }

    /// <summary>When one was last let start.</summary>
    public DateTimeOffset LastStart { get; private set; }

    /// <summary>Since when something waits here.</summary>
    public DateTimeOffset WaitingSince { get; private set; }

    /// <summary>Since when the lane goes without: of two with as many running, the one that has gone without for longer is next.</summary>
    public DateTimeOffset ServedAt => LastStart > WaitingSince ? LastStart : WaitingSince;

    public bool IsEmpty => Running == 0 && Waiting.Count == 0;

    public void Wait(QueueEntry entry)
    {
        if (Waiting.Count == 0 || entry.Since < WaitingSince) WaitingSince = entry.Since;
        Waiting.Add(entry);
    }

    public void Start(DateTimeOffset at)
    {
        Running++;
        if (at > LastStart) LastStart = at;
    }
}
