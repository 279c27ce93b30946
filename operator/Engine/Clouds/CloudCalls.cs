using System.Collections.Concurrent;
using ImageOperator.Engine.Events;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Tracing;

namespace ImageOperator.Engine.Clouds;

/// <summary>Makes calls to a cloud: tries again what may succeed later, counts, and tells failures as the engine knows them.</summary>
/// <param name="cloud">The cloud's name, for messages.</param>
/// <param name="time">The clock.</param>
/// <param name="observer">Who is told of tries.</param>
public abstract class CloudCalls<TCall>(string cloud, TimeProvider time, IBuildObserver observer)
    where TCall : CloudCall
{
    /// <summary>How long a call that may yet succeed is tried.</summary>
    protected static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>How long what was just made may not be found.</summary>
    protected static readonly TimeSpan Settling = TimeSpan.FromMinutes(1);

    /// <summary>For how long a call waits because the cloud demands it, beside its patience.</summary>
    private static readonly TimeSpan Obedience = TimeSpan.FromMinutes(30);

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(20);

    private readonly ConcurrentDictionary<string, int> _counts = new();
    private long _quietUntil;

    /// <summary>The clock.</summary>
    public TimeProvider Time => time;

    /// <summary>How many calls were made, and which; null without any.</summary>
    public string? Summary => _counts.IsEmpty ? null
        : $"{cloud} calls: {_counts.Values.Sum()} ({string.Join(", ", _counts.OrderByDescending(c => c.Value).ThenBy(c => c.Key).Select(c => $"{c.Key} {c.Value}"))})";

    /// <summary>Makes a call, as often as it takes.</summary>
    /// <param name="call">The call.</param>
    /// <param name="run">Makes it.</param>
    /// <param name="cancellationToken">Ends the tries.</param>
    /// <exception cref="PlatformException">It failed for good, or for too long.</exception>
    public async Task<T> RunAsync<T>(TCall call, Func<CancellationToken, Task<T>> run, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(call);
        ArgumentNullException.ThrowIfNull(run);
        var start = time.GetTimestamp();
        var demanded = TimeSpan.Zero;
        for (var tried = 1; ; tried++)
        {
            demanded += await WaitForQuietAsync(cancellationToken).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            if (call.BeforeTry is { } before) await before(cancellationToken).ConfigureAwait(false);
            _counts.AddOrUpdate(call.Name, 1, (_, n) => n + 1);
            try
            {
                return await Work.CallAsync(call.System, call.Operation, () => run(cancellationToken)).ConfigureAwait(false);
            }
            catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                if (IsUnclear(e)) call.Unclear = true;
                var wish = WishOf(e);
                var own = Pause(tried);
                var pause = wish > own ? wish.Value : own;
                var throttled = IsThrottled(e);
                // What the cloud demands is not time in which it did not recover.
                var used = time.GetElapsedTime(start) - demanded;
                var demand = throttled && wish is { } said ? said : TimeSpan.Zero;
                if (MayRecover(call, e) is not { } patience || used + pause - demand > patience || demanded + demand > Obedience) throw Translate(call, e);
                demanded += demand;
                if (throttled)
                {
                    Work.Throttled();
                    Quiet(pause);
                }

                observer.Observe(new BuildEvent.Message(MessageLevel.Debug, $"{call.Name}: {CodeOf(e) ?? e.Message}; try {tried + 1} in {pause.TotalSeconds:0.0} s"));
                await Task.Delay(pause, time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Removes something, which may be gone already: by a try whose answer was lost, an earlier attempt, or someone else.</summary>
    /// <param name="call">The call.</param>
    /// <param name="run">Makes it.</param>
    /// <param name="cancellationToken">Ends the tries.</param>
    public async Task RunUnlessGoneAsync<T>(TCall call, Func<CancellationToken, Task<T>> run, CancellationToken cancellationToken)
    {
        try
        {
            await RunAsync(call, run, cancellationToken).ConfigureAwait(false);
        }
        catch (PlatformException e) when (e.Kind == FailureKind.NotFound)
        {
            // It is gone.
        }
    }

    /// <summary>For how long the call is tried again after this failure; null: not at all.</summary>
    protected abstract TimeSpan? MayRecover(TCall call, Exception error);

    /// <summary>The failure in the engine's words.</summary>
    protected abstract PlatformException Translate(TCall call, Exception error);

    /// <summary>The cloud's code of the failure.</summary>
    protected abstract string? CodeOf(Exception error);

    /// <summary>Whether the call may have had its effect.</summary>
    protected abstract bool IsUnclear(Exception error);

    /// <summary>Whether there were too many calls.</summary>
    protected abstract bool IsThrottled(Exception error);

    /// <summary>How long the cloud wants to be left alone.</summary>
    protected virtual TimeSpan? WishOf(Exception error) => null;

    /// <summary>Holds back all calls for a while: limits are the account's. A shorter wish, which came later, does not shorten a longer one.</summary>
    protected void Quiet(TimeSpan pause)
    {
        var until = time.GetUtcNow().Ticks + pause.Ticks;
        for (var now = Interlocked.Read(ref _quietUntil); now < until;)
        {
            var before = Interlocked.CompareExchange(ref _quietUntil, until, now);
            if (before == now) return;
            now = before;
        }
    }

    private static TimeSpan Pause(int tried) =>
        // Half of it by chance: builders that were throttled together must not come back together.
        Chance.Of(TimeSpan.FromSeconds(Math.Min(LongestPause.TotalSeconds, FirstPause.TotalSeconds * Math.Pow(2, Math.Min(tried - 1, 10)))), 0.5, 1);

    private async Task<TimeSpan> WaitForQuietAsync(CancellationToken cancellationToken)
    {
        var wait = TimeSpan.FromTicks(Interlocked.Read(ref _quietUntil) - time.GetUtcNow().Ticks);
        if (wait <= TimeSpan.Zero) return TimeSpan.Zero;
        await Task.Delay(wait, time, cancellationToken).ConfigureAwait(false);
        return wait;
    }
}
