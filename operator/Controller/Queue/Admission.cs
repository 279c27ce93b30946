namespace ImageOperator.Controller.Queue;

/// <summary>Whether a target may start.</summary>
/// <param name="Place">Where it waits; null when it may start.</param>
internal sealed record Admission(QueuePlace? Place)
{
    public static Admission Granted { get; } = new((QueuePlace?)null);
}

/// <summary>A place in the queue, as it is published.</summary>
/// <param name="Reason">Queued, MachineHoursExhausted or PlatformNotFound.</param>
/// <param name="Position">From 1, coarse; null when no place is waited for but a new month, or a platform.</param>
/// <param name="Queue">What the limit is of.</param>
/// <param name="Limit">The limit, for people.</param>
/// <param name="Until">When it will be over by itself.</param>
internal sealed record QueuePlace(string Reason, int? Position, string Queue, string Limit, DateTimeOffset? Until);

/// <summary>The answers of the queue for a build's targets.</summary>
internal sealed class Admissions
{
    private readonly IReadOnlyDictionary<string, Admission> byTarget;
    private readonly Admission? others;

    private Admissions(IReadOnlyDictionary<string, Admission> byTarget, Admission? others) => (this.byTarget, this.others) = (byTarget, others);

    /// <summary>Nobody has asked.</summary>
    public static Admissions NotAsked { get; } = new(new Dictionary<string, Admission>(), null);

    /// <summary>Everything may start.</summary>
    public static Admissions All { get; } = new(new Dictionary<string, Admission>(), Admission.Granted);

    public static Admissions Of(IReadOnlyDictionary<string, Admission> byTarget) => new(byTarget, null);

    /// <summary>Null if the queue was not asked for this target.</summary>
    public Admission? Of(string target) => byTarget.GetValueOrDefault(target, others!);
}
