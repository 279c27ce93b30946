using ImageOperator.Api.ImageBuilds;
using ImageOperator.Engine.Builds;
using ImageOperator.Engine.Events;
using ImageOperator.Engine.Journal;

namespace ImageOperator.Engine.Inputs;

/// <summary>
/// The inputs in the target's status. They are posted: the ledger's first entry takes them to the journal, so they stand before
/// anything is made of them.
/// </summary>
internal sealed class InputNotes(BuildPlan plan, TargetRecord record, IBuildObserver observer)
{
    public void Note(Verdict verdict)
    {
        record.Post(s => s with
        {
            Inputs = verdict.Inputs,
            InputsDigest = verdict.Digest,
            Reason = verdict.Reason,
            ResultOf = verdict.Result?.Build,
            Plan = plan.PlanOnly ? verdict.Action : null,
        });
        var what = verdict.Result is not null ? "up to date" : plan.PlanOnly ? "would be built" : "building";
        observer.Observe(new BuildEvent.Message(MessageLevel.Info, $"{what}: {verdict.Reason}"));
    }

    public void Forget() => record.Post(s => s with { Inputs = null, InputsDigest = null, Reason = null, ResultOf = null, Plan = null });

    /// <summary>
    /// Files of the workspace can change while a build runs (kubelet renews mounted ConfigMaps). Nobody knows then of which of
    /// them the image was made: it is a result, but no later build may take it for its own.
    /// </summary>
    public void DropIfChanged(WorkspaceInputs workspace, CancellationToken cancellationToken)
    {
        if (record.Current is not { InputsDigest: not null, Inputs: { } noted }) return;
        if (workspace.Mutable(noted).SequenceEqual(Now(workspace, cancellationToken))) return;
        Drop("the workspace changed while the build ran");
    }

    /// <summary>What a filter finds may be another image by the time that it is fetched: then the digest speaks of one that the result was not made of.</summary>
    public void DropIfMoved(SourceImage source)
    {
        if (record.Current is not { InputsDigest: not null, Inputs: { } noted }) return;
        var now = new InputList();
        InputCollector.AddSource(now, source);
        if (noted.Any(i => i.Name == InputCollector.SourceName && i.Digest == now.Inputs[0].Digest)) return;
        Drop("the source image became another while the build began");
    }

    private void Drop(string why)
    {
        record.Post(s => s with { InputsDigest = null });
        observer.Observe(new BuildEvent.Message(MessageLevel.Warning, $"{why}: no later build will take its result instead of building"));
    }

    private static IReadOnlyList<(string Name, string Digest)> Now(WorkspaceInputs workspace, CancellationToken cancellationToken)
    {
        try
        {
            return workspace.Mutable(cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [("", "")];
        }
    }
}
