using ImageOperator.Engine.Events;

namespace ImageOperator.Engine.Masking;

/// <summary>Masks every text of an event before anyone sees it.</summary>
internal sealed class MaskingObserver(IBuildObserver inner, SecretMasker masker) : IBuildObserver
{
    public void Observe(BuildEvent buildEvent) => inner.Observe(masker.IsEmpty ? buildEvent : Masked(buildEvent));

    private BuildEvent Masked(BuildEvent buildEvent) => buildEvent switch
    {
        BuildEvent.Output e => e with { Line = masker.Apply(e.Line) },
        BuildEvent.Message e => e with { Text = masker.Apply(e.Text) },
        BuildEvent.Progress e => e with { Text = masker.Apply(e.Text) },
        BuildEvent.StepEnded { Reason: { } reason } e => e with { Reason = masker.Apply(reason) },
        BuildEvent.Ended { Failure: { } failure } e => e with { Failure = FailureText.Mask(failure, masker) },
        _ => buildEvent,
    };
}
