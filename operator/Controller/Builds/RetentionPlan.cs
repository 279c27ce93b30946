namespace ImageOperator.Controller.Builds;

/// <summary>A build that has ended: only its time to live counts.</summary>
internal static class RetentionPlan
{
    public static void Decide(Draft draft)
    {
        var build = draft.Observed.Build;
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
}
