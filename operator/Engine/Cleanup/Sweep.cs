using ImageOperator.Api.ImageBuilds;
using ImageOperator.Engine.Builds;
using ImageOperator.Engine.Events;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Journal;
using ImageOperator.Engine.Masking;
using ImageOperator.Engine.Publishing;
using ImageOperator.Engine.Tracing;

namespace ImageOperator.Engine.Cleanup;

/// <summary>Removes what a build left when nobody works at it any more: by the ledger, then by marks.</summary>
public sealed class Sweep(BuildPlan plan, BuildServices services)
{
    /// <summary>Removes everything temporary of the target. Results are kept if the target succeeded; else nobody was told of them, and they go too.</summary>
    /// <returns>What is left, one line each; empty if all is gone.</returns>
    public async Task<IReadOnlyList<string>> RunAsync(CancellationToken cancellationToken)
    {
        using var activity = EngineActivity.StartSweep(plan);
        var observer = new MaskingObserver(services.Observer, plan.Masker);
        var journal = new MaskingJournal(services.Journal, plan.Masker);
        await using var record = await TargetRecord.OpenAsync(journal, plan.Identity.Target, services.Time, cancellationToken).ConfigureAwait(false);
        await record.UpdateAsync(s => s with { Attempt = plan.Identity.Attempt }, cancellationToken).ConfigureAwait(false);
        var left = await RemoveAsync(record, observer, cancellationToken).ConfigureAwait(false);
        await record.UpdateAsync(s => Swept(s, left), cancellationToken).ConfigureAwait(false);
        if (left.Count > 0) activity.Fail(string.Join("; ", left));
        return [.. left.Select(plan.Masker.Apply)];
    }

    private async Task<IReadOnlyList<string>> RemoveAsync(TargetRecord record, IBuildObserver observer, CancellationToken cancellationToken)
    {
        var ledger = new Ledger(record, plan.Identity.Attempt);

        // A secret may be gone by now: what cannot be expanded stays as it is, removal goes by ledger and marks.
        var expressions = new Expressions(plan, record.Current.StartTime ?? services.Time.GetUtcNow());
        LookupRun.TakeRecorded(record.Current, expressions);
        var target = expressions.ExpandWherePossible(plan.Target);
        var startTime = record.Current.StartTime ?? services.Time.GetUtcNow();
        var platform = PlatformAssembly.Create(plan, services, target, expressions.ExpandWherePossible(plan.Template.Communicator), ledger, startTime, observer);
        await using var closing = new QuietDisposal(platform, "the platform", observer).ConfigureAwait(false);
        var cleaner = new Cleaner(platform, ledger, observer, services.Time);
        var succeeded = record.Current.Phase.IsSuccess();
        var left = new List<string>(await cleaner.RemoveAsync(e => e.Temporary || !succeeded, cancellationToken).ConfigureAwait(false));
        try
        {
            left.AddRange(await cleaner.RemoveStraysAsync(cancellationToken).ConfigureAwait(false));
        }
        catch (Exception e) when (e is not (FencedException or OperationCanceledException))
        {
            left.Add($"cannot look for what no ledger knows: {e.Message}");
        }

        return left;
    }

    private TargetStatus Swept(TargetStatus status, IReadOnlyList<string> left) => status with
    {
        CleanupErrors = left.Count > 0 ? left : null,
        Phase = status.Phase.IsSuccess() || status.Phase == TargetPhase.Failed ? status.Phase : status.Failure is null ? TargetPhase.Cancelled : TargetPhase.Failed,
        CompletionTime = status.CompletionTime ?? services.Time.GetUtcNow(),
        Progress = null,
    };
}
