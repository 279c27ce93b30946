using ImageOperator.Engine.Tracing;

namespace ImageOperator.Platforms.Gcp.Waiting;

/// <summary>How often to look at what takes its time: often near the expected end, seldom far from it.</summary>
/// <param name="What">What is awaited, for traces.</param>
/// <param name="Expected">How long it usually takes.</param>
internal sealed record AdaptiveWait(string What, TimeSpan Expected)
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    public static AdaptiveWait InstanceStart { get; } = new("instance start", TimeSpan.FromSeconds(12));

    public static AdaptiveWait InstanceStop { get; } = new("instance stop", TimeSpan.FromSeconds(25));

    public static AdaptiveWait InstanceEnd { get; } = new("instance end", TimeSpan.FromSeconds(40));

    public static AdaptiveWait Guest { get; } = new("guest", TimeSpan.FromSeconds(15));

    public static AdaptiveWait Image { get; } = new("image", TimeSpan.FromSeconds(60));

    public static AdaptiveWait Export { get; } = new("export", TimeSpan.FromMinutes(3));

    /// <summary>A change of settings.</summary>
    public static AdaptiveWait Change { get; } = new("change", TimeSpan.FromSeconds(2));

    /// <summary>The pause after so long a time, without chance.</summary>
    public TimeSpan Pause(TimeSpan elapsed)
    {
        var pause = (Expected - elapsed).Duration() / 6;
        return pause < Shortest ? Shortest : pause > Longest ? Longest : pause;
    }

    /// <summary>Looks until there is an answer.</summary>
    public Task<T> PollAsync<T>(TimeProvider time, Func<Task<T?>> look, CancellationToken cancellationToken) where T : class =>
        Work.WaitAsync(What, () => LookAsync(time, look, cancellationToken));

    private async Task<T> LookAsync<T>(TimeProvider time, Func<Task<T?>> look, CancellationToken cancellationToken) where T : class
    {
        var start = time.GetTimestamp();
        while (true)
        {
            if (await look().ConfigureAwait(false) is { } answer) return answer;
            await Task.Delay(Jittered(Pause(time.GetElapsedTime(start))), time, cancellationToken).ConfigureAwait(false);
        }
    }

    // A tenth either way: targets that were started together must not ask together.
    private static TimeSpan Jittered(TimeSpan pause)
    {
#pragma warning disable CA5394 // Nothing is kept secret by it.
        return pause * (0.9 + (Random.Shared.NextDouble() / 5));
#pragma warning restore CA5394
    }
}
