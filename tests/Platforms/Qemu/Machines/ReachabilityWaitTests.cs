using ImageOperator.Platforms.Qemu.Machines;

namespace ImageOperator.Platforms.Qemu.Tests.Machines;

public sealed class ReachabilityWaitTests
{
    private static readonly ReachabilityWait Wait = new(TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(2));

    [Theory]
    [InlineData(0.0, null, 0.0, 60.0)]
    [InlineData(50.0, null, 40.0, 10.0)]
    [InlineData(61.0, null, 0.0, 0.0)]
    [InlineData(10.0, 0.5, 9.0, 1.5)]
    [InlineData(10.0, 5.0, 0.5, 1.5)]
    [InlineData(10.0, 5.0, 4.0, 0.0)]
    [InlineData(59.0, 0.1, 0.1, 1.0)]
    public void Remaining_Table(double sinceStart, double? sinceNetwork, double quiet, double expected) => Assert.Equal(
        expected,
        Wait.Remaining(TimeSpan.FromSeconds(sinceStart), sinceNetwork is { } n ? TimeSpan.FromSeconds(n) : null, TimeSpan.FromSeconds(quiet)).TotalSeconds,
        precision: 3);
}
