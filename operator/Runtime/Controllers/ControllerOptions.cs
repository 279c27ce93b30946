namespace ImageOperator.Runtime.Controllers;

/// <summary>How a controller works its queue.</summary>
public sealed class ControllerOptions
{
    /// <summary>How many keys are reconciled at once.</summary>
    public int Workers { get; set; } = 2;

    /// <summary>Pause after a key's first failure; doubles with each further one.</summary>
    public TimeSpan BackoffBase { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Longest pause after a failure.</summary>
    public TimeSpan BackoffCap { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Longest pause while the API server is away, or refuses for a reason that passes: its return must not be slept through.</summary>
    public TimeSpan OutageCap { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Longest time that one reconcile may take; then its token is cancelled and it counts as failed.</summary>
    public TimeSpan ReconcileTimeout { get; set; } = TimeSpan.FromMinutes(2);
}
