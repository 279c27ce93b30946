using ImageOperator.Runtime.Cache;
using ImageOperator.Runtime.Controllers;
using ImageOperator.Runtime.Events;
using ImageOperator.Runtime.Health;
using ImageOperator.Runtime.Leadership;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ImageOperator.Runtime.Hosting;

/// <summary>Start: probes, caches, lease, controllers. Stop: controllers drain, then caches and events end, and the lease goes back last.</summary>
internal sealed class ControllerRuntimeService(
    IEnumerable<IInformerRunner> informers,
    IEnumerable<IControllerRunner> controllers,
    LeaderElector elector,
    EventRecorder events,
    Healthz healthz,
    Readyz readyz,
    RuntimeExit exit,
    IHostApplicationLifetime lifetime,
    IOptions<ControllerRuntimeOptions> options,
    TimeProvider time,
    ILogger<ControllerRuntimeService> logger) : IHostedService, IDisposable
{
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(3);

    private readonly CancellationTokenSource stopStarting = new();
    private readonly CancellationTokenSource stopServing = new();
    private readonly CancellationTokenSource stopElection = new();
    private readonly List<IControllerRunner> started = [];
    private readonly IReadOnlyList<IInformerRunner> caches = [.. informers];
    private readonly IReadOnlyList<IControllerRunner> all = [.. controllers];
    private Task serving = Task.CompletedTask;
    private Task recording = Task.CompletedTask;
    private Task electing = Task.CompletedTask;
    private Task starting = Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        healthz.Add("runtime", () => exit.Reason);
        foreach (var cache in caches)
        {
            readyz.Add($"informer-{cache.Kind.Plural}", () => cache.HasSynced ? null : cache.Problem ?? "not in sync");
        }

        serving = Task.WhenAll(caches.Select(cache => Task.Run(() => cache.RunAsync(stopServing.Token), CancellationToken.None)));
        recording = Task.Run(() => events.RunAsync(stopServing.Token), CancellationToken.None);
        starting = Task.Run(RunAsync, CancellationToken.None);
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await stopStarting.CancelAsync().ConfigureAwait(false);
        await starting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        // Without the lease someone else may act already: nothing is drained then.
        var drain = elector.IsLeader ? options.Value.DrainTimeout : TimeSpan.Zero;
        await ((Task)Task.WhenAll(started.Select(controller => controller.StopAsync(drain)))).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        events.Complete();
        await recording.WaitAsync(Farewell, time, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await stopServing.CancelAsync().ConfigureAwait(false);
        await serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        // The renewals go on until here, so that a long drain does not lose the lease half-way.
        await stopElection.CancelAsync().ConfigureAwait(false);
        await electing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        using var limit = new CancellationTokenSource(Farewell, time);
        await elector.ReleaseAsync(limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Dispose()
    {
        stopStarting.Dispose();
        stopServing.Dispose();
        stopElection.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            await Task.WhenAll(caches.Select(cache => cache.WaitForSyncAsync(stopStarting.Token))).ConfigureAwait(false);
            Log.CachesSynced(logger);
            while (await LeadAsync().ConfigureAwait(false))
            {
                // Until stopped: a lease that was lost may be won again.
            }
        }
        catch (OperationCanceledException) when (stopStarting.IsCancellationRequested)
        {
            // Stopped; the lease is given back at the end.
        }
        catch (Exception e)
        {
            Fail("the controllers could not be started", e);
        }
    }

    /// <summary>One term. False when it cannot be followed by another.</summary>
    private async Task<bool> LeadAsync()
    {
        electing = Task.Run(() => elector.RunAsync(stopElection.Token), CancellationToken.None);
        var won = elector.WaitUntilLeaderAsync(stopStarting.Token);
        await (await Task.WhenAny(won, electing).ConfigureAwait(false)).ConfigureAwait(false);
        foreach (var controller in all)
        {
            controller.Start();
            started.Add(controller);
        }

        await electing.WaitAsync(stopStarting.Token).ConfigureAwait(false);

        // Another may lead already: nothing is drained.
        Log.StandsDown(logger, "the lease was lost");
        var ended = await Task.WhenAll(started.Select(controller => controller.StopAsync(TimeSpan.Zero))).ConfigureAwait(false);
        started.Clear();
        if (ended.All(ok => ok))
        {
            return true;
        }

        Fail("the lease was lost, and reconciles that run on cannot be ended otherwise", null);
        return false;
    }

    private void Fail(string reason, Exception? e)
    {
        exit.Fail(reason);
        Environment.ExitCode = exit.Code;
        Log.RuntimeFails(logger, e, reason);
        lifetime.StopApplication();
    }
}
