namespace ImageOperator.Platforms.Qemu.Tests.Vm;

/// <summary>Waits for the world to change.</summary>
internal static class TestWait
{
    public static async Task UntilAsync(Func<bool> condition)
    {
        for (var i = 0; i < 6000 && !condition(); i++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, TestContext.Current.CancellationToken);
        }

        Assert.True(condition());
    }
}
