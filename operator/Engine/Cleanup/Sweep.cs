using ImageOperator.Api.ImageBuilds;
using ImageOperator.Engine.Builds;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Journal;
using ImageOperator.Engine.Masking;

namespace ImageOperator.Engine.Cleanup;

/// <summary>Removes what a build left when nobody works at it any more: by the ledger, then by marks.</summary>
public sealed class Sweep(BuildPlan plan, BuildServices services)
{
    /// <summary>Removes everything temporary of the target. Results are kept.</summary>
    /// <returns>What is left, one line each; empty if all is gone.</returns>
    public async Task<IReadOnlyList<string>> RunAsync(CancellationToken cancellationToken)
    {
        var observer = new MaskingObserver(services.Observer, plan.Masker);
        var journal = new MaskingJournal(services.Journal, plan.Masker);
        await using var record = await TargetRecord.OpenAsync(journal, plan.Identity.Target, services.Time, cancellationToken).ConfigureAwait(false);
        var ledger = new Ledger(record, plan.Identity.Attempt);
        var expressions = new Expressions(plan, record.Current.StartTime ?? services.Time.GetUtcNow());
        var target = expressions.Expand(plan.Target);
        var factory = services.Platforms.FirstOrDefault(p => p.Supports(target))
            ?? throw new PlatformException(FailureKind.Terminal, Api.Conditions.Reasons.TemplateInvalid, $"targets[{target.Name}] has a platform that this builder does not know");
        await using var platform = factory.Create(new()
        {
            Identity = plan.Identity,
            Target = target,
            Communicator = expressions.Expand(plan.Template.Communicator),
            Ledger = ledger,
            Folders = plan.Folders,
            Volumes = plan.Volumes,
            Observer = observer,
            Time = services.Time,
        });
        var cleaner = new Cleaner(platform, ledger, observer, services.Time);
        List<string> left =
        [
            .. await cleaner.RemoveAsync(_ => true, cancellationToken).ConfigureAwait(false),
            .. await cleaner.RemoveStraysAsync(cancellationToken).ConfigureAwait(false),
        ];
        await record.UpdateAsync(s => Swept(s, left), cancellationToken).ConfigureAwait(false);
        return left;
    }

    private TargetStatus Swept(TargetStatus status, List<string> left) => status with
    {
        Attempt = plan.Identity.Attempt,
        CleanupErrors = left.Count > 0 ? left : null,
        Phase = status.Phase is TargetPhase.Succeeded or TargetPhase.Failed ? status.Phase : TargetPhase.Cancelled,
        CompletionTime = status.CompletionTime ?? services.Time.GetUtcNow(),
        Progress = null,
    };
}
