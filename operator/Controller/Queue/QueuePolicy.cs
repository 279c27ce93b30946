namespace ImageOperator.Controller.Queue;

/// <summary>The times that the queue goes by.</summary>
internal sealed record QueuePolicy
{
    /// <summary>How often places are told anew at most. Starts do not wait for it.</summary>
    public TimeSpan RefreshPeriod { get; init; } = TimeSpan.FromSeconds(10);
}
