namespace ImageOperator.Runtime.Controllers;

/// <summary>How a reconcile ended.</summary>
public enum ReconcileOutcome
{
    /// <summary>Nothing to do until something changes.</summary>
    Done,

    /// <summary>To be looked at again later.</summary>
    Waiting,

    /// <summary>A human must act.</summary>
    Stalled,
}
