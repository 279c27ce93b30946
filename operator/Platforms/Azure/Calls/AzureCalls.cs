using System.Collections.Concurrent;
using System.Globalization;
using Azure;
using ImageOperator.Engine.Events;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Tracing;

namespace ImageOperator.Platforms.Azure.Calls;

/// <summary>Makes calls: tries again what may succeed later, and tells failures as the engine knows them.</summary>
internal sealed class AzureCalls(TimeProvider time, IBuildObserver observer)
{
    /// <summary>How long a call that may yet succeed is tried.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>How long Azure may not know what it has just made.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(20);

    /// <summary>For how long a call waits because Azure demands it, beside its patience.</summary>
    private static readonly TimeSpan Obedience = TimeSpan.FromMinutes(30);

    private readonly ConcurrentDictionary<string, int> _counts = new();
    private long _quietUntil;

    /// <summary>How many calls were made, and which; null without any.</summary>
    public string? Summary => _counts.IsEmpty ? null
        : $"Azure calls: {_counts.Values.Sum()} ({string.Join(", ", _counts.OrderByDescending(c => c.Value).ThenBy(c => c.Key).Select(c => $"{c.Key} {c.Value}"))})";

    /// <param name="call">The call, as roles name it.</param>
    /// <param name="run">Makes it.</param>
    /// <param name="cancellationToken">Ends the tries.</param>
    public async Task<T> RunAsync<T>(AzureCall call, Func<CancellationToken, Task<T>> run, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        var demanded = TimeSpan.Zero;
        for (var tried = 1; ; tried++)
        {
            demanded += await WaitForQuietAsync(cancellationToken).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            if (call.BeforeTry is { } before) await before(cancellationToken).ConfigureAwait(false);
            _counts.AddOrUpdate(call.Action, 1, (_, n) => n + 1);
            try
            {
                return await Work.CallAsync("azure", call.Action, () => run(cancellationToken)).ConfigureAwait(false);
            }
            catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                if (AzureErrors.IsUnclear(e)) call.Unclear = true;
                var wish = WishOf(e);
                var own = Pause(tried);
                var pause = wish > own ? wish.Value : own;
                var throttled = AzureErrors.IsThrottled(e);
                // What Azure demands is not time in which it did not recover.
                var used = time.GetElapsedTime(start) - demanded;
                var demand = throttled && wish is { } said ? said : TimeSpan.Zero;
                if (MayRecover(call, e) is not { } patience || used + pause - demand > patience || demanded + demand > Obedience) throw AzureErrors.Translate(call.Action, call.Reason, e);
                demanded += demand;
                if (throttled)
                {
                    Work.Throttled();
                    Quiet(pause);
                }

                observer.Observe(new BuildEvent.Message(MessageLevel.Debug, $"{call.Action}: {AzureErrors.CodeOf(e) ?? e.Message}; try {tried + 1} in {pause.TotalSeconds:0.0} s"));
                await Task.Delay(pause, time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private static TimeSpan? MayRecover(AzureCall call, Exception e) => AzureErrors.KindOf(e) switch
    {
        FailureKind.Retryable => Patience,
        FailureKind.NotFound when call.OfWhatWasJustMade => Settling,
        _ => null,
    };

    private static TimeSpan? WishOf(Exception e) =>
        (e as RequestFailedException)?.GetRawResponse()?.Headers.TryGetValue("Retry-After", out var text) == true && int.TryParse(text, CultureInfo.InvariantCulture, out var seconds) && seconds > 0
            ? TimeSpan.FromSeconds(seconds)
            : null;

    // Half of it by chance: builders that were throttled together must not come back together.
    private static TimeSpan Pause(int tried)
    {
        var longest = Math.Min(LongestPause.TotalSeconds, FirstPause.TotalSeconds * Math.Pow(2, Math.Min(tried - 1, 10)));
#pragma warning disable CA5394 // Nothing is kept secret by it.
        return TimeSpan.FromSeconds(longest * (0.5 + (Random.Shared.NextDouble() / 2)));
#pragma warning restore CA5394
    }

    // Who is throttled holds back all its calls: the limits are the subscription's.
    private void Quiet(TimeSpan pause)
    {
        var until = time.GetUtcNow().Ticks + pause.Ticks;
        // A shorter wish, which came later, does not shorten a longer one.
        for (var now = Interlocked.Read(ref _quietUntil); now < until;)
        {
            var before = Interlocked.CompareExchange(ref _quietUntil, until, now);
            if (before == now) return;
            now = before;
        }
    }

    private async Task<TimeSpan> WaitForQuietAsync(CancellationToken cancellationToken)
    {
        var wait = TimeSpan.FromTicks(Interlocked.Read(ref _quietUntil) - time.GetUtcNow().Ticks);
        if (wait <= TimeSpan.Zero) return TimeSpan.Zero;
        await Task.Delay(wait, time, cancellationToken).ConfigureAwait(false);
        return wait;
    }
}
