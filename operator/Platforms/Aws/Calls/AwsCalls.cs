using System.Collections.Concurrent;
using ImageOperator.Engine.Events;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Tracing;

namespace ImageOperator.Platforms.Aws.Calls;

/// <summary>Makes calls: tries again what may succeed later, and tells failures as the engine knows them.</summary>
internal sealed class AwsCalls(TimeProvider time, IBuildObserver observer)
{
    /// <summary>How long a call that may yet succeed is tried.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>How long AWS may not know what it has just made.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromMinutes(1);

    /// <summary>How long EC2 may not know what IAM has just made.</summary>
    private static readonly TimeSpan ProfileSettling = TimeSpan.FromMinutes(3);

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(20);

    private readonly ConcurrentDictionary<string, int> _counts = new();
    private long _quietUntil;

    /// <summary>How many calls were made, and which; null without any.</summary>
    public string? Summary => _counts.IsEmpty ? null
        : $"AWS calls: {_counts.Values.Sum()} ({string.Join(", ", _counts.OrderByDescending(c => c.Value).ThenBy(c => c.Key).Select(c => $"{c.Key} {c.Value}"))})";

    /// <param name="call">The call, as IAM names it.</param>
    /// <param name="run">Makes it.</param>
    /// <param name="cancellationToken">Ends the tries.</param>
    public async Task<T> RunAsync<T>(AwsCall call, Func<CancellationToken, Task<T>> run, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        for (var tried = 1; ; tried++)
        {
            await WaitForQuietAsync(cancellationToken).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            _counts.AddOrUpdate($"{call.Service}:{call.Action}", 1, (_, n) => n + 1);
            try
            {
                return await Work.CallAsync(call.Service, call.Action, () => run(cancellationToken)).ConfigureAwait(false);
            }
            catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                if (AwsErrors.IsUnclear(e)) call.Unclear = true;
                var left = (MayRecover(call, e) ?? TimeSpan.Zero) - time.GetElapsedTime(start);
                var pause = Pause(tried);
                if (left < pause) throw AwsErrors.Translate(call.Service, call.Action, call.Reason, e);
                if (AwsErrors.IsThrottled(e))
                {
                    Work.Throttled();
                    Quiet(pause);
                }

                observer.Observe(new BuildEvent.Message(
                    MessageLevel.Debug, $"{call.Service}:{call.Action}: {AwsErrors.CodeOf(e) ?? e.Message}; try {tried + 1} in {pause.TotalSeconds:0.0} s"));
                await Task.Delay(pause, time, cancellationToken).ConfigureAwait(false);
                if (call.BeforeRetry is { } prepare) await prepare(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Removes something, which may be gone already: by a try whose answer was lost, an earlier attempt, or someone else.</summary>
    /// <param name="call">The call, as IAM names it.</param>
    /// <param name="run">Makes it.</param>
    /// <param name="cancellationToken">Ends the tries.</param>
    public async Task RunUnlessGoneAsync<T>(AwsCall call, Func<CancellationToken, Task<T>> run, CancellationToken cancellationToken)
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

    private static TimeSpan? MayRecover(AwsCall call, Exception e) => AwsErrors.KindOf(e) switch
    {
        FailureKind.Retryable => Patience,
        FailureKind.NotFound when call.OfWhatWasJustMade => Settling,
        _ when call.OfNewProfile && AwsErrors.IsUnknownProfile(e) => ProfileSettling,
        _ => null,
    };

    // Half of it by chance: builders that were throttled together must not come back together.
    private static TimeSpan Pause(int tried)
    {
        var longest = Math.Min(LongestPause.TotalSeconds, FirstPause.TotalSeconds * Math.Pow(2, Math.Min(tried - 1, 10)));
#pragma warning disable CA5394 // Nothing is kept secret by it.
        return TimeSpan.FromSeconds(longest * (0.5 + (Random.Shared.NextDouble() / 2)));
#pragma warning restore CA5394
    }

    // Who is throttled holds back all its calls: the limits are the account's.
    private void Quiet(TimeSpan pause) => Interlocked.Exchange(ref _quietUntil, time.GetUtcNow().Ticks + pause.Ticks);

    private async Task WaitForQuietAsync(CancellationToken cancellationToken)
    {
        var wait = TimeSpan.FromTicks(Interlocked.Read(ref _quietUntil) - time.GetUtcNow().Ticks);
        if (wait > TimeSpan.Zero) await Task.Delay(wait < LongestPause ? wait : LongestPause, time, cancellationToken).ConfigureAwait(false);
    }
}
