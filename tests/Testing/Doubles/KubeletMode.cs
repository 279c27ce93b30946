namespace ImageOperator.Testing.Doubles;

/// <summary>How pods live.</summary>
internal sealed record KubeletMode
{
    public required string Namespace { get; init; }

    /// <summary>Whether they are seen to run before they end: two more writes.</summary>
    public bool SaysRunning { get; init; } = true;

    /// <summary>No pod ends before.</summary>
    public Task Until { get; init; } = Task.CompletedTask;

    /// <summary>How many pods are served at once; those that run count.</summary>
    public int Parallel { get; init; } = 200;
}
