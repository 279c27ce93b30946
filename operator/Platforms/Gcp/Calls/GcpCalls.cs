using System.Collections.Concurrent;
using ImageOperator.Engine.Events;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Tracing;

namespace ImageOperator.Platforms.Gcp.Calls;

/// <summary>Makes calls: tries again what may succeed later, and tells failures as the engine knows them.</summary>
internal sealed class GcpCalls(TimeProvider time, IBuildObserver observer)
{
    /// <summary>How long a call that may yet succeed is tried.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>How long what was just made may not be found.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(20);

    private readonly ConcurrentDictionary<string, int> _counts = new();
    private long _quietUntil;

    public TimeProvider Time => time;

    /// <summary>How many calls were made, and which; null without any.</summary>
    public string? Summary => _counts.IsEmpty ? null
        : $"Google Cloud calls: {_counts.Values.Sum()} ({string.Join(", ", _counts.OrderByDescending(c => c.Value).ThenBy(c => c.Key).Select(c => $"{c.Key} {c.Value}"))})";

    public Task<T> RunAsync<T>(string method, string reason, Func<CancellationToken, Task<T>> run, CancellationToken cancellationToken) =>
        RunAsync(new GcpCall(method, reason), run, cancellationToken);

    /// <param name="call">The call.</param>
    /// <param name="run">Makes it.</param>
    /// <param name="cancellationToken">Ends the tries.</param>
    public async Task<T> RunAsync<T>(GcpCall call, Func<CancellationToken, Task<T>> run, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        for (var tried = 1; ; tried++)
        {
            await WaitForQuietAsync(cancellationToken).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            _counts.AddOrUpdate(call.Method, 1, (_, n) => n + 1);
            try
            {
                return await Work.CallAsync("gcp", call.Method, () => run(cancellationToken)).ConfigureAwait(false);
            }
            catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                if (GcpErrors.IsUnclear(e)) call.Unclear = true;
                var left = (MayRecover(call, e) ?? TimeSpan.Zero) - time.GetElapsedTime(start);
                var pause = Pause(tried);
                if (left < pause) throw GcpErrors.Translate(call.Method, call.Reason, e);
                if (GcpErrors.IsThrottled(e))
                {
                    Work.Throttled();
                    Quiet(pause);
                }

                observer.Observe(new BuildEvent.Message(MessageLevel.Debug, $"{call.Method}: {GcpErrors.CodeOf(e) ?? e.Message}; try {tried + 1} in {pause.TotalSeconds:0.0} s"));
                await Task.Delay(pause, time, cancellationToken).ConfigureAwait(false);
                if (call.BeforeRetry is { } prepare) await prepare(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private static TimeSpan? MayRecover(GcpCall call, Exception e) => GcpErrors.KindOf(e) switch
    {
        // Someone must read it anew: the same call would be refused again.
        FailureKind.Retryable when e is GcpException { Status: System.Net.HttpStatusCode.PreconditionFailed } => null,
        FailureKind.Retryable => Patience,
        FailureKind.NotFound when call.OfWhatWasJustMade => Settling,
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

    // Who is throttled holds back all its calls: the limits are the project's.
    private void Quiet(TimeSpan pause) => Interlocked.Exchange(ref _quietUntil, time.GetUtcNow().Ticks + pause.Ticks);

    private async Task WaitForQuietAsync(CancellationToken cancellationToken)
    {
        var wait = TimeSpan.FromTicks(Interlocked.Read(ref _quietUntil) - time.GetUtcNow().Ticks);
        if (wait > TimeSpan.Zero) await Task.Delay(wait < LongestPause ? wait : LongestPause, time, cancellationToken).ConfigureAwait(false);
    }
}
