using ImageOperator.Engine.Tracing;

namespace ImageOperator.Engine.Clouds;

/// <summary>How often to look at what takes its time: often near the expected end, seldom far from it, and never more often than the cloud wishes.</summary>
/// <param name="What">What is awaited, for traces.</param>
/// <param name="Expected">How long it usually takes.</param>
public sealed record AdaptiveWait(string What, TimeSpan Expected)
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    /// <summary>The pause after so long a time, without chance.</summary>
    public TimeSpan Pause(TimeSpan elapsed)
    {
        var pause = (Expected - elapsed).Duration() / 6;
        return pause < Shortest ? Shortest : pause > Longest ? Longest : pause;
    }

    /// <summary>The pause with up to a fifth more by chance: targets that were started together must not ask together.</summary>
    public TimeSpan Jittered(TimeSpan elapsed, TimeSpan? wish = null)
    {
        var pause = Pause(elapsed);
        return Chance.Of(wish is { } wished && wished > pause ? wished : pause, 1, 1.2);
    }

    /// <summary>Looks until there is an answer.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="look">Looks; null: not yet.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="wish">How long the cloud wants to be left alone, after a look.</param>
    public Task<T> PollAsync<T>(TimeProvider time, Func<Task<T?>> look, CancellationToken cancellationToken, Func<TimeSpan?>? wish = null)
        where T : class =>
        Work.WaitAsync(What, () => LookAsync(time, look, wish, cancellationToken));

    private async Task<T> LookAsync<T>(TimeProvider time, Func<Task<T?>> look, Func<TimeSpan?>? wish, CancellationToken cancellationToken)
        where T : class
    {
        var start = time.GetTimestamp();
        while (true)
        {
            if (await look().ConfigureAwait(false) is { } answer) return answer;
            await Task.Delay(Jittered(time.GetElapsedTime(start), wish?.Invoke()), time, cancellationToken).ConfigureAwait(false);
        }
    }
}
