namespace ImageOperator.Runtime.Controllers;

/// <summary>What the host needs of a controller, whatever its kind.</summary>
internal interface IControllerRunner
{
    string Name { get; }

    /// <summary>Starts workers and connects the sources, which tell of everything that is known. Also again, after a stop.</summary>
    void Start();

    /// <summary>Takes no more keys, lets running reconciles end, and cancels what still runs when the time is up. False when something runs on regardless.</summary>
    Task<bool> StopAsync(TimeSpan drainTimeout);
}
