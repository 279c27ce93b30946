namespace ImageOperator.Controller.Hosting;

/// <summary>The collector, as <see cref="IdleTrim"/> uses it.</summary>
internal interface IGarbage
{
    /// <summary>All bytes ever allocated.</summary>
    long Allocated { get; }

    void Collect();
}

/// <summary>The runtime's.</summary>
internal sealed class Garbage : IGarbage
{
    public long Allocated => GC.GetTotalAllocatedBytes();

    public void Collect() => GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
}
