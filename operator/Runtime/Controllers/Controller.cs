using System.Diagnostics;
using ImageOperator.Runtime.Client;
using ImageOperator.Runtime.Queue;
using Microsoft.Extensions.Logging;

namespace ImageOperator.Runtime.Controllers;

/// <summary>Workers over one queue; the one place that turns outcomes into requeues.</summary>
internal sealed class Controller(
    string name,
    IReconciler reconciler,
    ControllerOptions options,
    IReadOnlyList<Action<Action<ObjectKey>>> sources,
    RuntimeMetrics metrics,
    TimeProvider time,
    ILogger<Controller> logger) : IControllerRunner, IDisposable
{
    /// <summary>How long a cancelled reconcile gets to notice.</summary>
    private static readonly TimeSpan CancellationGrace = TimeSpan.FromSeconds(2);

    private readonly WorkQueue<ObjectKey> queue = new(name, new(options.BackoffBase, options.BackoffCap), metrics, time);
    private readonly CancellationTokenSource hardStop = new();
    private readonly KeyValuePair<string, object?> tag = new("controller", name);
    private Task workers = Task.CompletedTask;

    public string Name => name;

    internal WorkQueue<ObjectKey> Queue => queue;

    public void Start()
    {
        Log.ControllerStarts(logger, name, options.Workers);
        workers = Task.WhenAll(Enumerable.Range(0, options.Workers).Select(_ => Task.Run(() => WorkAsync(hardStop.Token))));
        foreach (var connect in sources)
        {
            connect(queue.Add);
        }
    }

    public async Task StopAsync(TimeSpan drainTimeout)
    {
        queue.ShutDown();
        if (await EndsWithinAsync(drainTimeout).ConfigureAwait(false))
        {
            return;
        }

        Log.DrainTimedOut(logger, name, drainTimeout);
        await hardStop.CancelAsync().ConfigureAwait(false);
        if (!await EndsWithinAsync(CancellationGrace).ConfigureAwait(false))
        {
            Log.CancellationIgnored(logger, name);
        }
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

    private async Task WorkAsync(CancellationToken stop)
    {
        try
        {
            while (await queue.TakeAsync(stop).ConfigureAwait(false) is { Taken: true, Key: var key })
            {
                metrics.ActiveWorkers.Add(1, tag);
                try
                {
                    await ReconcileAsync(key, stop).ConfigureAwait(false);
                }
                finally
                {
                    metrics.ActiveWorkers.Add(-1, tag);
                    queue.Done(key);
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Stopped while waiting for a key.
        }
    }

    private async Task ReconcileAsync(ObjectKey key, CancellationToken stop)
    {
        using var activity = RuntimeActivity.Source.StartActivity("reconcile");
        activity?.SetTag("controller", name).SetTag("k8s.namespace.name", key.Namespace).SetTag("k8s.object.name", key.Name);
        var started = time.GetTimestamp();
        using var timeout = new CancellationTokenSource(options.ReconcileTimeout, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(stop, timeout.Token);
        try
        {
            var result = await reconciler.ReconcileAsync(key, linked.Token).ConfigureAwait(false);
            Measure(started, result.Outcome.ToString(), null);
            Settle(key, result);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            Measure(started, "Cancelled", null);
        }
        catch (Exception e)
        {
            activity?.SetStatus(ActivityStatusCode.Error, e.Message);
            Measure(started, "Error", e is ApiException api ? api.Error.ToString() : e.GetType().Name);
            Retry(key, e);
        }
    }

    private void Settle(ObjectKey key, ReconcileResult result)
    {
        queue.Forget(key);
        Log.Reconciled(logger, name, key, result.Outcome.ToString());
        if (result.Outcome == ReconcileOutcome.Waiting)
        {
            queue.AddAfter(key, result.After);
        }
        else if (result.Outcome == ReconcileOutcome.Stalled)
        {
            Log.Stalled(logger, name, key, result.Reason);
        }
    }

    private void Retry(ObjectKey key, Exception e)
    {
        var delay = queue.AddRateLimited(key, (e as ApiException)?.RetryAfter ?? TimeSpan.Zero);
        if (e is ApiException { Error: ApiError.Conflict })
        {
            // The cache was behind; ordinary, and not worth a stack trace.
            Log.ReconcileConflicted(logger, name, key, delay, e.Message);
        }
        else
        {
            Log.ReconcileFailed(logger, e, name, key, queue.Failures(key), delay);
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
