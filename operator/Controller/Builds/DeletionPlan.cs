using ImageOperator.Api.Conditions;

namespace ImageOperator.Controller.Builds;

/// <summary>A build that is deleted goes when its pods are gone and nothing is left behind, or when someone gives that up.</summary>
internal static class DeletionPlan
{
    public static void Decide(Draft draft)
    {
        var observed = draft.Observed;
        if (!observed.HasFinalizer) return;
        draft.Status = OperatorStatus.Of(observed) with { Queue = null };
        if (observed.CleanupAbandoned)
        {
            Abandon(draft, "on request");
            return;
        }

        var builders = observed.Pods.Where(p => !p.Sweeper && p.IsLive).ToArray();
        if (builders.Length > 0)
        {
            draft.Delete(builders);
            LostNode.Decide(draft, builders);
            BuildConditions.Running(draft, Reasons.Deleting, $"waiting for {string.Join(", ", builders.Select(p => p.Name))} to clean up");
            return;
        }

        if (!draft.IsLive()) return;
        if (observed.NamespaceTerminating && draft.Now >= GiveUpAt(observed))
        {
            Abandon(draft, "because its namespace is being removed and takes no sweeper pod");
        }
        else if (SweepPlan.Decide(draft, SweepPlan.MayBeLeftBehind) is not { } sweeping)
        {
            Release(draft);
        }
        else
        {
            if (observed.NamespaceTerminating) draft.WakeAt(GiveUpAt(observed));
            BuildConditions.Running(draft, Reasons.Deleting, sweeping);
        }
    }

    private static DateTimeOffset GiveUpAt(BuildObservation observed) =>
        new DateTimeOffset(observed.Build.Metadata.DeletionTimestamp!.Value.ToUniversalTime()) + observed.Policy.NamespaceGrace;

    private static void Abandon(Draft draft, string why)
    {
        var left = (draft.Observed.Build.Status?.Targets ?? []).Where(t => SweepPlan.MayBeLeftBehind(draft.Observed, t))
            .Select(t => $"{t.Name}: {SweepPlan.Left(t)}").ToArray();
        draft.Delete(draft.Observed.Pods.Where(p => p.IsLive));
        if (left.Length > 0) draft.Warn(Reasons.CleanupAbandoned, "Abandon", $"Clean-up was given up {why}. Left: {string.Join("; ", left)}");
        Release(draft);
    }

    private static void Release(Draft draft)
    {
        // The object goes with its finalizer: a last status would be for nobody.
        draft.Status = null;
        draft.Do(new BuildAction.RemoveAccess());
        draft.Do(new BuildAction.RemoveFinalizer());
    }
}
