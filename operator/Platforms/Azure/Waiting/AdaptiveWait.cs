using ImageOperator.Engine.Tracing;

namespace ImageOperator.Platforms.Azure.Waiting;

/// <summary>How often to look at what takes its time: often near the expected end, seldom far from it, and never more often than Azure wishes.</summary>
/// <param name="What">What is awaited, for traces.</param>
/// <param name="Expected">How long it usually takes.</param>
internal sealed record AdaptiveWait(string What, TimeSpan Expected)
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    public static AdaptiveWait Network { get; } = new("network", TimeSpan.FromSeconds(4));

    public static AdaptiveWait MachineStart { get; } = new("machine start", TimeSpan.FromSeconds(40));

    public static AdaptiveWait MachineStop { get; } = new("machine stop", TimeSpan.FromSeconds(30));

    public static AdaptiveWait Snapshot { get; } = new("snapshot", TimeSpan.FromSeconds(10));

    public static AdaptiveWait Image { get; } = new("image", TimeSpan.FromSeconds(30));

    public static AdaptiveWait Replication { get; } = new("replication", TimeSpan.FromMinutes(6));

    public static AdaptiveWait Access { get; } = new("access to the snapshot", TimeSpan.FromSeconds(5));

    public static AdaptiveWait Copy { get; } = new("copy of the disk", TimeSpan.FromMinutes(4));

    public static AdaptiveWait Removal { get; } = new("removal", TimeSpan.FromSeconds(30));

    public static AdaptiveWait GroupRemoval { get; } = new("group removal", TimeSpan.FromMinutes(2));

    /// <summary>The pause after so long a time, without chance.</summary>
    public TimeSpan Pause(TimeSpan elapsed)
    {
        var pause = (Expected - elapsed).Duration() / 6;
        return pause < Shortest ? Shortest : pause > Longest ? Longest : pause;
    }

    /// <summary>Looks until there is an answer.</summary>
    public Task<T> PollAsync<T>(TimeProvider time, Func<Task<T?>> look, CancellationToken cancellationToken, Func<TimeSpan?>? wish = null) where T : class =>
        Work.WaitAsync(What, () => LookAsync(time, look, wish, cancellationToken));

    private async Task<T> LookAsync<T>(TimeProvider time, Func<Task<T?>> look, Func<TimeSpan?>? wish, CancellationToken cancellationToken) where T : class
    {
        var start = time.GetTimestamp();
        while (true)
        {
            if (await look().ConfigureAwait(false) is { } answer) return answer;
            var pause = Pause(time.GetElapsedTime(start));
            if (wish?.Invoke() is { } wished && wished > pause) pause = wished;
            await Task.Delay(Jittered(pause), time, cancellationToken).ConfigureAwait(false);
        }
    }

    // Up to a fifth more: targets that were started together must not ask together.
    private static TimeSpan Jittered(TimeSpan pause)
    {
#pragma warning disable CA5394 // Nothing is kept secret by it.
        return pause * (1 + (Random.Shared.NextDouble() / 5));
#pragma warning restore CA5394
    }
}
