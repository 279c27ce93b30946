using ImageOperator.Api.Conditions;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Engine.Cleanup;
using ImageOperator.Engine.Events;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Journal;
using ImageOperator.Engine.Masking;
using ImageOperator.Engine.Ports;
using ImageOperator.Engine.Stages;

namespace ImageOperator.Engine.Builds;

/// <summary>
/// Runs one target of a build, from wherever an earlier attempt left it, to its end: succeeded, failed, cancelled, or
/// interrupted. Clean-up is part of it; what it could not remove stays in the ledger for the sweeper.
/// </summary>
public sealed class BuildRunner
{
    /// <summary>How long clean-up may take; a pod is given a little more before it is killed.</summary>
    public static readonly TimeSpan CleanupBudget = TimeSpan.FromSeconds(75);

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
    public async Task<BuildOutcome> RunAsync(CancellationToken stopping)
    {
        await using var record = await TargetRecord.OpenAsync(_services.Journal, _plan.Identity.Target, _services.Time, stopping).ConfigureAwait(false);
        if (IsTerminal(record.Current)) return new(record.Current);

        var resuming = record.Current.StartTime is not null;
        await record.UpdateAsync(Begin, stopping).ConfigureAwait(false);
        var ending = await AttemptAsync(record, resuming, stopping).ConfigureAwait(false);
        if (ending is { } end) await record.UpdateAsync(end, CancellationToken.None).ConfigureAwait(false);
        var status = record.Current;
        if (ending is not null) _services.Observer.Observe(new BuildEvent.Ended(status.Phase!.Value, status.Failure, status.Artifacts ?? []));
        return new(status, Interrupted: ending is null);
    }

    private TargetStatus Begin(TargetStatus status) => status with
    {
        Attempt = _plan.Identity.Attempt,
        Phase = TargetPhase.Running,
        StartTime = status.StartTime ?? _services.Time.GetUtcNow(),
        Failure = null,
    };

    /// <returns>The last change of the status; null if a later attempt continues.</returns>
    private async Task<Func<TargetStatus, TargetStatus>?> AttemptAsync(TargetRecord record, bool resuming, CancellationToken stopping)
    {
        var expressions = new Expressions(_plan, record.Current.StartTime!.Value);
        var stages = new StageRun(record, _services.Observer, _services.Time);
        var ledger = new Ledger(record, _plan.Identity.Attempt);
        IPlatform? platform = null;
        Failure? failure = null;
        BuildFlow? flow = null;
        IReadOnlyList<Artifact>? artifacts = null;
        var remaining = record.Current.StartTime.Value + _plan.Template.Timeout.Value - _services.Time.GetUtcNow();
        using var timeout = new CancellationTokenSource(remaining > TimeSpan.Zero ? remaining : TimeSpan.Zero, _services.Time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(stopping, timeout.Token);
        try
        {
            platform = CreatePlatform(expressions, ledger);
            var cleaner = new Cleaner(platform, ledger, _services.Observer, _services.Time);
            flow = new BuildFlow(_plan, _services, record, expressions, platform, stages, cleaner);
            artifacts = await flow.RunAsync(resuming, linked.Token).ConfigureAwait(false);
        }
        catch (StageFailedException e)
        {
            failure = e.Failure;
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !stopping.IsCancellationRequested)
        {
            failure = new()
            {
                Stage = stages.Current,
                Reason = Reasons.Timeout,
                Message = $"the build took longer than its timeout of {_plan.Template.Timeout}",
                Hint = "raise spec.timeout of the template, or look at status.targets[].stages for what took so long",
            };
        }
        catch (Exception e) when (e is not (FencedException or OperationCanceledException))
        {
            failure = FailureTranslation.Translate(e, stages.Current);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Told apart below, after clean-up.
        }

        var stopped = failure is null && artifacts is null;
        var interrupted = stopped && await _services.Journal.GetStopReasonAsync(CancellationToken.None).ConfigureAwait(false) == StopReason.Interrupted;
        var keep = interrupted ? flow?.Captured?.LedgerKey : null;
        var left = platform is null ? [] : await CleanUpAsync(platform, e => e.Key != keep, ledger, record, stages).ConfigureAwait(false);
        if (interrupted) return null;
        var phase = stopped ? TargetPhase.Cancelled : failure is null ? TargetPhase.Succeeded : TargetPhase.Failed;
        return s => Ended(s, phase, failure, artifacts ?? [], left);
    }

    private IPlatform CreatePlatform(Expressions expressions, ILedger ledger)
    {
        var target = expressions.Expand(_plan.Target);
        var factory = _services.Platforms.FirstOrDefault(p => p.Supports(target))
            ?? throw new PlatformException(FailureKind.Terminal, Reasons.TemplateInvalid, $"targets[{target.Name}] has a platform that this builder does not know");
        return factory.Create(new()
        {
            Identity = _plan.Identity,
            Target = target,
            Communicator = expressions.Expand(_plan.Template.Communicator),
            Ledger = ledger,
            Folders = _plan.Folders,
            Volumes = _plan.Volumes,
            Observer = _services.Observer,
            Time = _services.Time,
        });
    }

    private async Task<IReadOnlyList<string>> CleanUpAsync(
        IPlatform platform, Func<LedgerEntry, bool> chosen, Ledger ledger, TargetRecord record, StageRun stages)
    {
        using var budget = new CancellationTokenSource(CleanupBudget, _services.Time);
        try
        {
            await using (platform.ConfigureAwait(false))
            {
                var cleaner = new Cleaner(platform, ledger, _services.Observer, _services.Time);
                var left = await cleaner.RemoveAsync(chosen, budget.Token).ConfigureAwait(false);
                if (left.Count == 0 && record.Current.Stage == BuildStage.Distributed)
                {
                    await stages.RunAsync(BuildStage.CleanedUp, () => Task.FromResult(0)).ConfigureAwait(false);
                }

                return left;
            }
        }
        catch (Exception e) when (e is not FencedException)
        {
            _services.Observer.Observe(new BuildEvent.Message(MessageLevel.Error, $"clean-up ended early: {e.Message}"));
            return [e.Message];
        }
    }

    private TargetStatus Ended(TargetStatus status, TargetPhase phase, Failure? failure, IReadOnlyList<Artifact> artifacts, IReadOnlyList<string> left) =>
        status with
        {
            Phase = phase,
            Failure = failure,
            CompletionTime = _services.Time.GetUtcNow(),
            Progress = null,
            Artifacts = artifacts.Count > 0 ? [.. artifacts.Select(a => a with { Target = status.Name })] : null,
            CleanupErrors = left.Count > 0 ? left : null,
        };

    private static bool IsTerminal(TargetStatus status) => status.Phase is TargetPhase.Succeeded or TargetPhase.Failed or TargetPhase.Cancelled;
}
