namespace ImageOperator.EndToEnd.Tests.Testbed;

/// <summary>Waits for what no watch tells: processes and files.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    public static Task HoldsAsync(Func<Task<bool>> holds, string what, TimeSpan patience) =>
        EmptyAsync(async () => await holds() ? [] : [what], patience);

    /// <summary>Waits until nothing is found any more; fails with what still is.</summary>
    public static async Task EmptyAsync(Func<Task<IReadOnlyList<string>>> find, TimeSpan patience)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var found = await find();
            if (found.Count == 0) return;
            Assert.True(TimeProvider.System.GetElapsedTime(started) < patience, $"after {patience.TotalSeconds} s there is still: {string.Join("; ", found)}");
            await Task.Delay(Pause, TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }
}
