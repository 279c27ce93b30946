using ImageOperator.Api.ImageBuilds;
using ImageOperator.Engine.Events;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Journal;
using ImageOperator.Engine.Masking;
using ImageOperator.Engine.Tracing;

namespace ImageOperator.Engine.Builds;

/// <summary>
/// Runs one target of a build, from wherever an earlier attempt left it, to its end: succeeded, failed, cancelled, or
/// interrupted. Clean-up is part of it; what it could not remove stays in the ledger for the sweeper.
/// </summary>
public sealed class BuildRunner
{
    /// <summary>How long clean-up may take; a pod is given a little more before it is killed.</summary>
    public static readonly TimeSpan CleanupBudget = TimeSpan.FromSeconds(75);

    /// <summary>How long after the wish to stop the journal may still be written: clean-up and the result.</summary>
    public static readonly TimeSpan StopBudget = CleanupBudget + TimeSpan.FromSeconds(10);

    private readonly BuildPlan _plan;
    private readonly BuildServices _services;

    public BuildRunner(BuildPlan plan, BuildServices services)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(services);
        _plan = plan;
        _services = services with
        {
            Observer = new MaskingObserver(services.Observer, plan.Masker),
            Journal = new MaskingJournal(services.Journal, plan.Masker),
        };
    }

    /// <summary>Runs the target.</summary>
    /// <param name="stopping">Asks to stop: the build is cleaned up, and how it ends is asked of the journal.</param>
    /// <exception cref="FencedException">A newer attempt has taken over; nothing was touched since.</exception>
    /// <exception cref="JournalUnavailableException">The status cannot be read or written; the next attempt continues.</exception>
    public async Task<BuildOutcome> RunAsync(CancellationToken stopping)
    {
        using var activity = EngineActivity.StartAttempt(_plan);
        using var grace = new Grace(StopBudget, _services.Time, stopping);
        var record = await JournalAsync(
            () => TargetRecord.OpenAsync(_services.Journal, _plan.Identity.Target, _services.Time, grace.Token)).ConfigureAwait(false);
        await using var closing = record.ConfigureAwait(false);
        if (record.Current.Phase.IsTerminal()) return new(record.Current);

        var resuming = record.Current.StartTime is not null;
        await JournalAsync(() => WriteAsync(record, Begin, grace.Token)).ConfigureAwait(false);
        var ending = await new Attempt(_plan, _services, record).RunAsync(resuming, stopping).ConfigureAwait(false);
        await JournalAsync(() => WriteAsync(record, ending.Change, grace.Token)).ConfigureAwait(false);
        var status = StatusText.Mask(record.Current, _plan.Masker);
        activity?.SetTag("imageoperator.outcome", ending.Interrupted ? "Interrupted" : status.Phase.ToString());
        if (status.Failure is { } failure) activity.Fail(failure.Message, failure.Reason);
        if (!ending.Interrupted) _services.Observer.Observe(new BuildEvent.Ended(status.Phase!.Value, status.Failure, status.Artifacts ?? []));
        return new(status, ending.Interrupted);
    }

    private TargetStatus Begin(TargetStatus status) => status with
    {
        Attempt = _plan.Identity.Attempt,
        Phase = TargetPhase.Running,
        StartTime = status.StartTime ?? _services.Time.GetUtcNow(),
        CleanupErrors = null,
    };

    private static async Task<int> WriteAsync(TargetRecord record, Func<TargetStatus, TargetStatus> change, CancellationToken cancellationToken)
    {
        await record.UpdateAsync(change, cancellationToken).ConfigureAwait(false);
        return 0;
    }

    private static async Task<T> JournalAsync<T>(Func<Task<T>> access)
    {
        try
        {
            return await access().ConfigureAwait(false);
        }
        catch (Exception e) when (e is not FencedException)
        {
            throw new JournalUnavailableException(e);
        }
    }
}
