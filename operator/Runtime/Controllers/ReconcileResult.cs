namespace ImageOperator.Runtime.Controllers;

/// <summary>The closed vocabulary of outcomes of a reconcile. (An exception is the remaining one: transient.)</summary>
public readonly record struct ReconcileResult
{
    private ReconcileResult(ReconcileOutcome outcome, TimeSpan after = default, string? reason = null) =>
        (Outcome, After, Reason) = (outcome, after, reason);

    /// <summary>Which outcome.</summary>
    public ReconcileOutcome Outcome { get; }

    /// <summary>When to look again, for <see cref="ReconcileOutcome.Waiting"/>.</summary>
    public TimeSpan After { get; }

    /// <summary>Why nothing more will happen, for <see cref="ReconcileOutcome.Stalled"/>.</summary>
    public string? Reason { get; }

    /// <summary>The world is as asked, or an event will tell when to go on.</summary>
    public static ReconcileResult Done { get; } = new(ReconcileOutcome.Done);

    /// <summary>All is well so far; look again after this time at the latest.</summary>
    public static ReconcileResult Waiting(TimeSpan after)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(after, TimeSpan.Zero);
        return new(ReconcileOutcome.Waiting, after);
    }

    /// <summary>A human must act; only a change of the object (or of what it watches) brings the key back.</summary>
    public static ReconcileResult Stalled(string reason) => new(ReconcileOutcome.Stalled, reason: reason);
}
