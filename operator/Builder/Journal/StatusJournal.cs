using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Protocol;
using ImageOperator.Engine.Events;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;
using k8s.Autorest;

namespace ImageOperator.Builder.Journal;

/// <summary>Keeps the target's status in its ImageBuild. An API server that is away is waited for: nothing goes on unwritten.</summary>
internal sealed class StatusJournal(BuildClient client, BuildIdentity identity, IBuildObserver observer, TimeProvider time) : IBuildJournal
{
    private static readonly TimeSpan FirstBackoff = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestBackoff = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan StopReasonBudget = TimeSpan.FromSeconds(15);

    /// <summary>How long a refusal is taken for an API server that has not read its roles yet.</summary>
    private static readonly TimeSpan RefusalBudget = TimeSpan.FromMinutes(1);

    /// <exception cref="FencedException">The build is gone.</exception>
    public async Task<ImageBuild> GetBuildAsync(CancellationToken cancellationToken) =>
        await RetryAsync(client.GetAsync, cancellationToken).ConfigureAwait(false) ?? throw new FencedException(identity.Attempt);

    public async Task<TargetStatus?> LoadAsync(CancellationToken cancellationToken)
    {
        var build = await GetBuildAsync(cancellationToken).ConfigureAwait(false);
        var status = build.Status?.Targets?.FirstOrDefault(t => t.Name == identity.Target);
        return status?.Attempt > identity.Attempt ? throw new FencedException(identity.Attempt) : status;
    }

    public Task SaveAsync(TargetStatus status, CancellationToken cancellationToken)
    {
        var own = status with { Attempt = identity.Attempt, PodName = null, AdmittedTime = null };
        return RetryAsync(
            async token =>
            {
                await client.ApplyAsync(own, FieldManagers.Builder(identity.Target), token).ConfigureAwait(false);
                return true;
            },
            cancellationToken);
    }

    public async Task<StopOrder> GetStopOrderAsync(CancellationToken cancellationToken)
    {
        using var budget = new CancellationTokenSource(StopReasonBudget, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(budget.Token, cancellationToken);
        try
        {
            var build = await RetryAsync(client.GetAsync, linked.Token).ConfigureAwait(false);
            if (build is null || build.Spec.Cancel || build.Metadata.DeletionTimestamp is not null) return new(StopReason.Cancelled);
            return FailFast.CancelledBy(build, identity.Target) is { } failed
                ? new(StopReason.OtherTargetFailed, FailFast.Message(failed.Name))
                : new(StopReason.Interrupted);
        }
        catch (OperationCanceledException)
        {
            // Unknown: the next attempt, or the sweeper, finds out.
            return new(StopReason.Interrupted);
        }
    }

    /// <summary>Writes what is settled of the workspace.</summary>
    /// <returns>False if the build has changed since it was read.</returns>
    public Task<bool> SettleWorkspaceAsync(IReadOnlyList<WorkspaceStatus> workspace, string resourceVersion, CancellationToken cancellationToken) => RetryAsync(
        async token =>
        {
            try
            {
                await client.ApplyAsync(workspace, resourceVersion, token).ConfigureAwait(false);
                return true;
            }
            catch (HttpOperationException e) when (e.Response.StatusCode == System.Net.HttpStatusCode.Conflict)
            {
                return false;
            }
        },
        cancellationToken);

    public async Task<ResumeOrder> GetResumeOrderAsync(string target, string step, CancellationToken cancellationToken)
    {
        var build = await GetBuildAsync(cancellationToken).ConfigureAwait(false);
        return ResumeOrders.For(build.Metadata.Annotations is { } all && all.TryGetValue(Labels.Resume, out var text) ? text : null, target, step);
    }

    public string HowToResume(BuildIdentity build, string step) =>
        $"imagectl resume {build.Name} -n {build.Namespace}, or kubectl annotate --overwrite imgb {build.Name} -n {build.Namespace} {Labels.Resume}={ResumeOrders.Write(build.Target, step, stop: false)}";

    private async Task<T> RetryAsync<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        for (var backoff = FirstBackoff; ; backoff = backoff * 2 < LongestBackoff ? backoff * 2 : LongestBackoff)
        {
            try
            {
                return await call(cancellationToken).ConfigureAwait(false);
            }
            catch (HttpOperationException e) when (ApiFailure.IsFenced(e))
            {
                throw new FencedException(identity.Attempt);
            }
            catch (Exception e) when (ApiFailure.IsTransient(e, cancellationToken) || (ApiFailure.IsRefused(e) && time.GetElapsedTime(start) < RefusalBudget))
            {
                observer.Observe(new BuildEvent.Message(MessageLevel.Warning, $"the API server does not answer as it should ({e.Message}); trying again in {backoff.TotalSeconds:0.#} s"));
                await Task.Delay(backoff, time, cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
