using ImageOperator.Controller.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace ImageOperator.Controller.Tests.Hosting;

/// <summary>When the operator gives memory back.</summary>
public sealed class IdleTrimTests
{
    private readonly Heap heap = new();
    private readonly IdleTrim trim;

    public IdleTrimTests() => trim = new(new FakeTimeProvider(), heap);

    [Fact]
    public void AfterABurst_OnceItIsOver()
    {
        Allocate(IdleTrim.Worthwhile);
        Assert.Equal(0, heap.Collections);

        Allocate(IdleTrim.Idle / 2);
        Allocate(IdleTrim.Idle / 2);

        Assert.Equal(1, heap.Collections);
    }

    [Fact]
    public void WhileBusy_Never()
    {
        for (var i = 0; i < 100; i++) Allocate(IdleTrim.Idle);

        Assert.Equal(0, heap.Collections);
    }

    [Fact]
    public void AtRest_OnlyWhenThereIsSomethingToGive()
    {
        for (var i = 0; i < 100; i++) Allocate(1 << 20);

        Assert.Equal(1, heap.Collections);
    }

    private void Allocate(long bytes)
    {
        heap.Allocated += bytes;
        trim.Look();
    }

    private sealed class Heap : IGarbage
    {
        public long Allocated { get; set; }

        public int Collections { get; private set; }

        public void Collect() => Collections++;
    }
}
