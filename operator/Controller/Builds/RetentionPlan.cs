namespace ImageOperator.Controller.Builds;

/// <summary>A build that has ended: only its time to live counts.</summary>
internal static class RetentionPlan
{
    public static void Decide(Draft draft)
    {
        var build = draft.Observed.Build;
        Acknowledge(draft);
        if (build.Spec.TtlAfterFinished is not { } ttl || build.Status?.CompletionTime is not { } completed) return;
        var due = completed + ttl.Value;
        if (draft.Now >= due)
        {
            draft.Do(new BuildAction.DeleteBuild());
        }
        else
        {
            draft.WakeAt(due);
        }
    }

    /// <summary>Its time to live may be changed, and a reconcile be asked for: whoever did waits for the answer.</summary>
    private static void Acknowledge(Draft draft)
    {
        var status = OperatorStatus.Of(draft.Observed);
        var seen = draft.Observed.Build.Status!;
        if (status.ObservedGeneration == seen.ObservedGeneration && status.LastHandledReconcileAt == seen.LastHandledReconcileAt) return;
        draft.Status = status;
        BuildConditions.Seen(draft);
    }
}
