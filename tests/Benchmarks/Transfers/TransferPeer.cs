namespace ImageOperator.Benchmarks.Transfers;

/// <summary>A way to copy.</summary>
internal sealed record TransferPeer(string Name, Func<TransferCase, Task> Run)
{
    /// <summary>What it can do.</summary>
    public Func<TransferCase, bool> Can { get; init; } = _ => true;
}
