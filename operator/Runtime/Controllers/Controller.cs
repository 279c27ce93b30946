using System.Diagnostics;
using ImageOperator.Runtime.Client;
using ImageOperator.Runtime.Queue;
using Microsoft.Extensions.Logging;

namespace ImageOperator.Runtime.Controllers;

/// <summary>Workers over one queue; the one place that turns outcomes into requeues. It can be started again after it was stopped.</summary>
internal sealed class Controller(
    string name,
    IReconciler reconciler,
    ControllerOptions options,
    IReadOnlyList<Func<Action<ObjectKey>, IDisposable>> sources,
    RuntimeMetrics metrics,
    TimeProvider time,
    ILogger<Controller> logger) : IControllerRunner, IDisposable
{
    /// <summary>How long a cancelled reconcile gets to notice.</summary>
    private static readonly TimeSpan CancellationGrace = TimeSpan.FromSeconds(2);

    private readonly KeyValuePair<string, object?> tag = new("controller", name);
    private readonly List<IDisposable> connected = [];
    private WorkQueue<ObjectKey> queue = new(name, new(options.BackoffBase, options.BackoffCap), metrics, time);
    private CancellationTokenSource hardStop = new();
    private Task workers = Task.CompletedTask;
    private volatile bool stopping;

    public string Name => name;

    internal WorkQueue<ObjectKey> Queue => queue;

    public void Start()
    {
        if (hardStop.IsCancellationRequested)
        {
            hardStop.Dispose();
            hardStop = new();
            queue = new(name, new(options.BackoffBase, options.BackoffCap), metrics, time);
        }

        stopping = false;
        Log.ControllerStarts(logger, name, options.Workers);
        var (mine, stop) = (queue, hardStop.Token);
        workers = Task.WhenAll(Enumerable.Range(0, options.Workers).Select(_ => Task.Run(() => WorkAsync(mine, stop))));
        connected.AddRange(sources.Select(connect => connect(mine.Add)));
    }

    public async Task<bool> StopAsync(TimeSpan drainTimeout)
    {
        stopping = true;
        connected.ForEach(source => source.Dispose());
        connected.Clear();
        queue.ShutDown();
        var ended = drainTimeout > TimeSpan.Zero && await EndsWithinAsync(drainTimeout).ConfigureAwait(false);
        if (!ended && drainTimeout > TimeSpan.Zero)
        {
            Log.DrainTimedOut(logger, name, drainTimeout);
        }

        await hardStop.CancelAsync().ConfigureAwait(false);
        ended = ended || await EndsWithinAsync(CancellationGrace).ConfigureAwait(false);
        if (!ended)
        {
            Log.CancellationIgnored(logger, name);
        }

        queue.Dispose();
        return ended;
    }

    public void Dispose()
    {
        hardStop.Cancel();
        queue.Dispose();
        hardStop.Dispose();
    }

    private async Task<bool> EndsWithinAsync(TimeSpan limit)
    {
        try
        {
            await workers.WaitAsync(limit, time).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return workers.IsCompleted;
        }
    }

    // With the queue of its own start: a worker that ignored its end must not touch that of the next.
    private async Task WorkAsync(WorkQueue<ObjectKey> keys, CancellationToken stop)
    {
        try
        {
            while (await keys.TakeAsync(stop).ConfigureAwait(false) is { Taken: true, Key: var key })
            {
                if (stopping)
                {
                    // Whoever leads next lists everything: a long queue must not keep the lease from them.
                    keys.Done(key);
                    continue;
                }

                metrics.ActiveWorkers.Add(1, tag);
                try
                {
                    await ReconcileAsync(keys, key, stop).ConfigureAwait(false);
                }
                finally
                {
                    metrics.ActiveWorkers.Add(-1, tag);
                    keys.Done(key);
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Stopped while waiting for a key.
        }
    }

    private async Task ReconcileAsync(WorkQueue<ObjectKey> keys, ObjectKey key, CancellationToken stop)
    {
        var trace = reconciler.TraceOf(key);
        using var activity = RuntimeActivity.Source.StartActivity("reconcile", ActivityKind.Internal, trace);
        using var scope = logger.BeginScope(new ReconcileScope(name, key, trace.TraceId));
        activity?.SetTag("controller", name).SetTag("k8s.namespace.name", key.Namespace).SetTag("k8s.object.name", key.Name);
        var started = time.GetTimestamp();
        using var timeout = new CancellationTokenSource(options.ReconcileTimeout, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(stop, timeout.Token);
        try
        {
            var result = await reconciler.ReconcileAsync(key, linked.Token).ConfigureAwait(false);
            Measure(started, result.Outcome.ToString(), null);
            Settle(keys, key, result);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            Measure(started, "Cancelled", null);
        }
        catch (Exception e)
        {
            activity?.SetStatus(ActivityStatusCode.Error, e.Message);
            Measure(started, "Error", e is ApiException api ? api.Error.ToString() : e.GetType().Name);
            Retry(keys, key, e);
        }
    }

    private void Settle(WorkQueue<ObjectKey> keys, ObjectKey key, ReconcileResult result)
    {
        keys.Forget(key);
        Log.Reconciled(logger, name, key, result.Outcome.ToString());
        if (result.Outcome == ReconcileOutcome.Waiting)
        {
            keys.AddAfter(key, result.After);
        }
        else if (result.Outcome == ReconcileOutcome.Stalled)
        {
            Log.Stalled(logger, name, key, result.Reason);
        }
    }

    private void Retry(WorkQueue<ObjectKey> keys, ObjectKey key, Exception e)
    {
        var api = e as ApiException;
        var delay = keys.AddRateLimited(key, api?.RetryAfter ?? TimeSpan.Zero, api?.IsPassing == true ? options.OutageCap : null);
        if (api?.Error == ApiError.Conflict)
        {
            // The cache was behind; ordinary, and not worth a stack trace.
            Log.ReconcileConflicted(logger, name, key, delay, e.Message);
        }
        else if (api?.IsPassing == true)
        {
            Log.ReconcileHindered(logger, name, key, keys.Failures(key), delay, e.Message);
        }
        else
        {
            Log.ReconcileFailed(logger, e, name, key, keys.Failures(key), delay);
        }
    }

    private void Measure(long started, string outcome, string? error)
    {
        var tags = new TagList { tag, { "outcome", outcome } };
        if (error is not null)
        {
            tags.Add("error.type", error);
        }

        metrics.ReconcileDuration.Record(time.GetElapsedTime(started).TotalSeconds, tags);
    }
}
