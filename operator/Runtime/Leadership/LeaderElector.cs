using ImageOperator.Runtime.Client;
using k8s.Models;
using Microsoft.Extensions.Logging;

namespace ImageOperator.Runtime.Leadership;

/// <summary>
/// Holds a Lease. Other holders' clocks are not trusted: a lease has expired when this process has seen no change of it for its duration.
/// </summary>
internal sealed class LeaderElector(IClient client, LeaderElectionOptions options, RuntimeMetrics metrics, TimeProvider time, ILogger<LeaderElector> logger)
    : ILeadership, IDisposable
{
    private volatile TaskCompletionSource won = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile CancellationTokenSource lost = new();
    private readonly ObjectKey key = new(options.Namespace, options.LeaseName);
    private readonly string identity = options.Identity.Length > 0 ? options.Identity : $"{Environment.MachineName}_{Guid.NewGuid():N}";
    private V1Lease? observed;
    private long observedAt;
    private string? announced;

    public bool IsLeader => won.Task.IsCompleted && !lost.IsCancellationRequested;

    public CancellationToken Lost => lost.Token;

    public Task WaitUntilLeaderAsync(CancellationToken cancellationToken) => won.Task.WaitAsync(cancellationToken);

    /// <summary>Wins the lease, then holds it until it is lost (returns; it may be called again) or the caller has had enough (throws).</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        metrics.Leader.Add(0);
        if (!options.Enabled)
        {
            metrics.Leader.Add(1);
            won.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, time, cancellationToken).ConfigureAwait(false);
        }

        while (!await TryHoldAsync(options.RenewDeadline, cancellationToken).ConfigureAwait(false))
        {
            await Task.Delay(UntilNextTry(), time, cancellationToken).ConfigureAwait(false);
        }

        Log.Leads(logger, identity);
        metrics.Leader.Add(1);
        if (lost.IsCancellationRequested)
        {
            lost = new();
        }

        won.TrySetResult();
        try
        {
            await RenewAsync(cancellationToken).ConfigureAwait(false);
            Log.LeaseLost(logger, identity, key);
            won = new(TaskCreationOptions.RunContinuationsAsynchronously);
            await lost.CancelAsync().ConfigureAwait(false);
        }
        finally
        {
            metrics.Leader.Add(-1);
        }
    }

    /// <summary>Gives the lease back, if it is held. Call it when nothing acts as leader any more.</summary>
    public async Task ReleaseAsync(CancellationToken cancellationToken)
    {
        if (!options.Enabled || !IsLeader)
        {
            return;
        }

        await lost.CancelAsync().ConfigureAwait(false);
        try
        {
            // A renewal may have been on its way when the election was stopped: only the server knows the version now.
            var lease = await client.FindAsync<V1Lease>(key, cancellationToken).ConfigureAwait(false);
            if (lease?.Spec.HolderIdentity == identity)
            {
                await client.UpdateAsync(LeaseRecord.Released(lease, time.GetUtcNow().UtcDateTime), null, cancellationToken).ConfigureAwait(false);
                Log.LeaseReleased(logger, identity, key);
            }
        }
        catch (ApiException e)
        {
            // It expires by itself.
            Log.LeaseFailed(logger, key, e.Message);
        }
    }

    public void Dispose() => lost.Dispose();

    private async Task RenewAsync(CancellationToken cancellationToken)
    {
        var renewedAt = time.GetTimestamp();
        while (true)
        {
            await Task.Delay(options.RetryPeriod, time, cancellationToken).ConfigureAwait(false);
            var started = time.GetTimestamp();
            var left = options.RenewDeadline - time.GetElapsedTime(renewedAt);
            if (left > TimeSpan.Zero && await TryHoldAsync(left, cancellationToken).ConfigureAwait(false))
            {
                // From before the request: others may count from the moment that the server got it.
                renewedAt = started;
            }
            else if (observed?.Spec.HolderIdentity != identity || time.GetElapsedTime(renewedAt) >= options.RenewDeadline)
            {
                return;
            }
        }
    }

    private async Task<bool> TryHoldAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(limit, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            return await TryRenewAsync(linked.Token).ConfigureAwait(false) || await TryTakeAsync(linked.Token).ConfigureAwait(false);
        }
        catch (ApiException e)
        {
            Log.LeaseFailed(logger, key, e.Message);
            return false;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            Log.LeaseFailed(logger, key, $"no answer in {limit}");
            return false;
        }
    }

    /// <summary>A lease that is ours is written without being read first.</summary>
    private async Task<bool> TryRenewAsync(CancellationToken cancellationToken)
    {
        if (observed is not { } mine || mine.Spec.HolderIdentity != identity)
        {
            return false;
        }

        try
        {
            Observe(await client.UpdateAsync(Renewed(mine), null, cancellationToken).ConfigureAwait(false));
            return true;
        }
        catch (ApiException e) when (e.Error is ApiError.Conflict or ApiError.NotFound)
        {
            // Someone wrote it: perhaps we did, and never heard the answer.
            return false;
        }
    }

    private async Task<bool> TryTakeAsync(CancellationToken cancellationToken)
    {
        if (await client.FindAsync<V1Lease>(key, cancellationToken).ConfigureAwait(false) is not { } lease)
        {
            Observe(await client.CreateAsync(LeaseRecord.New(key, identity, options.LeaseDuration, time.GetUtcNow().UtcDateTime), cancellationToken).ConfigureAwait(false));
            return true;
        }

        Observe(lease);
        if (IsHeldByAnother(lease))
        {
            return false;
        }

        Observe(await client.UpdateAsync(Renewed(lease), null, cancellationToken).ConfigureAwait(false));
        return true;
    }

    private V1Lease Renewed(V1Lease lease) => LeaseRecord.Renewed(lease, identity, options.LeaseDuration, time.GetUtcNow().UtcDateTime);

    /// <summary>Spread, so that candidates do not collide again and again; but when the lease runs out, at once.</summary>
    private TimeSpan UntilNextTry()
    {
        var pause = options.RetryPeriod * (0.4 + (0.2 * Random.Shared.NextDouble()));
        var left = observed is { } lease && !string.IsNullOrEmpty(lease.Spec.HolderIdentity) ? DurationOf(lease) - time.GetElapsedTime(observedAt) : pause;
        return left > TimeSpan.Zero && left < pause ? left : pause;
    }

    private static TimeSpan DurationOf(V1Lease lease) => TimeSpan.FromSeconds(lease.Spec.LeaseDurationSeconds ?? 15);

    private bool IsHeldByAnother(V1Lease lease)
    {
        var holder = lease.Spec.HolderIdentity;
        if (string.IsNullOrEmpty(holder) || holder == identity)
        {
            return false;
        }

        if (announced != holder)
        {
            announced = holder;
            Log.StandsBy(logger, holder, identity);
        }

        return time.GetElapsedTime(observedAt) < DurationOf(lease);
    }

    private void Observe(V1Lease lease)
    {
        if (observed?.Metadata.ResourceVersion != lease.Metadata.ResourceVersion)
        {
            observedAt = time.GetTimestamp();
        }

        observed = lease;
    }
}
