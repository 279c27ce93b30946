using System.Diagnostics.Metrics;

namespace ImageOperator.Runtime.Tests.Testbed;

internal static class TestMetrics
{
    public static RuntimeMetrics Create() => new(new Factory());

    private sealed class Factory : IMeterFactory
    {
        public Meter Create(MeterOptions options) => new(options);

        public void Dispose() { }
    }
}
