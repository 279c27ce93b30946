using ImageOperator.Api.Conditions;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Engine.Cleanup;
using ImageOperator.Engine.Events;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Inputs;
using ImageOperator.Engine.Journal;
using ImageOperator.Engine.Ports;
using ImageOperator.Engine.Publishing;
using ImageOperator.Engine.Stages;
using ImageOperator.Engine.Steps;
using ImageOperator.Engine.Tracing;

namespace ImageOperator.Engine.Builds;

/// <summary>One attempt at a target: the flow, what its end means, and clean-up.</summary>
internal sealed class Attempt(BuildPlan plan, BuildServices services, TargetRecord record)
{
    private static readonly TimeSpan StopReasonBudget = TimeSpan.FromSeconds(10);

    /// <summary>An image is not given up for a server that is away, and not waited with for ever.</summary>
    private static readonly TimeSpan LookupPatience = TimeSpan.FromHours(1);

    private readonly WorkTally _tally = new(record.Current.Timing, services.Time);
    private readonly Ledger _ledger = new(record, plan.Identity.Attempt);
    private readonly Expressions _expressions = new(plan, record.Current.StartTime!.Value);
    private readonly ProgressRecorder _progress = new(services.Observer, record, services.Time);
    private StageRun? _stageRun;
    private BuildFlow? _flow;

    private StageRun Stages => _stageRun ??= new(record, _tally, services.Observer, services.Time);

    /// <exception cref="FencedException">A newer attempt has taken over.</exception>
    public async Task<Ending> RunAsync(bool resuming, CancellationToken stopping)
    {
        Work.CountIn(_tally);
        var platform = default(PublishingPlatform);
        var failure = record.Current.Failure;
        try
        {
            if (failure is null) await new LookupRun(plan, services, record, _expressions, () => CreatePlatform(checking: false)).ResolveAsync(HasBegunToCapture ? LookupPatience : TimeSpan.Zero, stopping).ConfigureAwait(false);
            else LookupRun.TakeRecorded(record.Current, _expressions);
            // A target whose failure stands fast is only cleaned up, whatever cannot be expanded any more.
            platform = CreatePlatform(checking: failure is null);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            platform = CreatePlatform(checking: false);
        }
        catch (Exception e) when (e is not FencedException)
        {
            failure ??= FailureTranslation.Translate(e, BuildStage.SourceResolved);
            platform ??= CreateForCleanUp();
        }

        await using var closing = new QuietDisposal(platform, "the platform", services.Observer).ConfigureAwait(false);
        FlowEnd? end = null;
        if (failure is null && platform is not null) (end, failure) = await RunFlowAsync(platform, resuming, stopping).ConfigureAwait(false);

        var stopped = failure is null && end is null;
        var order = stopped ? await StopOrderAsync().ConfigureAwait(false) : null;
        if (order?.Reason == StopReason.Interrupted)
        {
            var image = _flow?.Captured;
            var here = await CleanUpAsync(platform, e => e.Temporary && image?.Needs(e) != true && _flow?.Capturing != true).ConfigureAwait(false);
            return new(s => Interrupted(s, here), Interrupted: true);
        }

        // The failure stands before the first removal: an attempt that finds it does not try the build once more.
        if (failure is not null) record.Post(s => s with { Failure = failure });
        var left = await CleanUpAsync(platform, e => e.Temporary || end is null).ConfigureAwait(false);
        var phase = end?.Phase ?? (failure is null ? TargetPhase.Cancelled : TargetPhase.Failed);
        return new(s => Ended(s, phase, failure ?? Because(order), end?.Artifacts ?? [], left));
    }

    /// <returns>The end, or the failure; neither if the build was asked to stop.</returns>
    private async Task<(FlowEnd? End, Failure? Failure)> RunFlowAsync(PublishingPlatform platform, bool resuming, CancellationToken stopping)
    {
        // A build of which only the last write is missing does not run out of time any more.
        var remaining = record.Current.Stage >= BuildStage.Distributed
            ? Limits.LongestTimer
            : EndTime - services.Time.GetUtcNow();
        using var timeout = new Deadline(remaining, HasBegunToCapture, services.Time, TellLateCapture);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(stopping, timeout.Token, record.Fenced);
        try
        {
            var cleaner = new Cleaner(platform, _ledger, services.Observer, services.Time);
            _flow = new BuildFlow(plan, services, record, _ledger, _expressions, platform, Stages, cleaner, new InputNotes(plan, record, services.Observer), timeout);
            return (await _flow.RunAsync(resuming, linked.Token).ConfigureAwait(false), null);
        }
        catch (Exception e) when (e is not FencedException && record.Fenced.IsCancellationRequested)
        {
            throw new FencedException(plan.Identity.Attempt);
        }
        catch (StageFailedException e)
        {
            return (null, e.Failure);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return (null, null);
        }
        catch (OperationCanceledException) when (timeout.Token.IsCancellationRequested)
        {
            return (null, new()
            {
                Stage = Stages.Current,
                Reason = Reasons.Timeout,
                Message = $"the build took longer than its timeout of {plan.Template.Timeout}",
                Hint = "raise spec.timeout of the template, or look at status.targets[].stages for what took so long",
            });
        }
        catch (Exception e) when (e is not FencedException)
        {
            return (null, FailureTranslation.Translate(e, Stages.Current));
        }
    }

    private DateTimeOffset EndTime => record.Current.StartTime!.Value + plan.Template.Timeout.Value;

    private bool HasBegunToCapture => record.Current.Stages?.Any(s => s.Name == BuildStage.Captured) == true;

    private void TellLateCapture()
    {
        var words = $"the timeout of {plan.Template.Timeout} has passed, but the image is in the making: going on with it";
        services.Observer.Observe(new BuildEvent.Message(MessageLevel.Warning, words));
        record.Post(s => s with { Progress = new() { Message = words } });
    }

    /// <summary>Why to stop. Where it cannot be learned a later attempt continues, and nothing is given up: a sweeper can still remove what is left.</summary>
    private async Task<StopOrder> StopOrderAsync()
    {
        using var budget = new CancellationTokenSource(StopReasonBudget, services.Time);
        try
        {
            return await services.Journal.GetStopOrderAsync(budget.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not FencedException)
        {
            services.Observer.Observe(new BuildEvent.Message(MessageLevel.Warning, $"cannot learn why to stop, leaving the rest to a later attempt: {e.Message}"));
            return new(StopReason.Interrupted);
        }
    }

    /// <summary>What stands in status of a target that was cancelled through no wish of the build's owner.</summary>
    private Failure? Because(StopOrder? order) => order is { Reason: StopReason.OtherTargetFailed }
        ? new() { Stage = Stages.Current, Reason = Reasons.OtherTargetFailed, Message = order.Message ?? "another target failed" }
        : null;

    private PublishingPlatform CreatePlatform(bool checking)
    {
        var target = checking ? _expressions.Expand(plan.Target) : _expressions.ExpandWherePossible(plan.Target);
        var communicator = plan.Template.Communicator;
        return PlatformAssembly.Create(
            plan, services, target, checking ? _expressions.Expand(communicator) : _expressions.ExpandWherePossible(communicator), _ledger, record.Current.StartTime!.Value, _progress);
    }

    /// <summary>What earlier attempts made is removed whatever this one lacks.</summary>
    /// <returns>Null if the target names no platform that could.</returns>
    private PublishingPlatform? CreateForCleanUp()
    {
        try
        {
            return _ledger.Entries.Count > 0 ? CreatePlatform(checking: false) : null;
        }
        catch (PlatformException)
        {
            return null;
        }
    }

    private async Task<IReadOnlyList<string>> CleanUpAsync(PublishingPlatform? platform, Func<LedgerEntry, bool> chosen)
    {
        if (platform is null) return [.. _ledger.Entries.Where(chosen).Select(e => $"{e.Type} {e.Id ?? e.Key}: there is no platform to remove it with")];
        using var budget = new CancellationTokenSource(BuildRunner.CleanupBudget, services.Time);
        var cleaner = new Cleaner(platform, _ledger, services.Observer, services.Time);
        var left = await cleaner.RemoveAsync(chosen, budget.Token).ConfigureAwait(false);
        if (left.Count == 0 && record.Current.Stage == BuildStage.Distributed)
        {
            await Stages.RunAsync(BuildStage.CleanedUp, () => Task.FromResult(0), CancellationToken.None).ConfigureAwait(false);
        }

        return left;
    }

    private TargetStatus Ended(TargetStatus status, TargetPhase phase, Failure? failure, IReadOnlyList<Artifact> artifacts, IReadOnlyList<string> left) =>
        status with
        {
            Timing = _tally.Timing(),
            Phase = phase,
            Failure = failure,
            CompletionTime = services.Time.GetUtcNow(),
            Progress = null,
            Artifacts = artifacts.Count > 0 ? [.. artifacts.Select(a => a with { Target = status.Name })] : null,
            CleanupErrors = left.Count > 0 ? left : null,
        };

    private TargetStatus Interrupted(TargetStatus status, IReadOnlyList<string> left) => status with
    {
        Timing = _tally.Timing(),
        Progress = new() { Message = "interrupted: the next attempt goes on" },
        CleanupErrors = left.Count > 0 ? left : null,
    };
}
