namespace ImageOperator.Controller.Builds;

/// <summary>A pod whose node is dead never confirms its end. Its builder, if it lives, is fenced by its attempt.</summary>
internal static class LostNode
{
    /// <summary>Force-deletes such pods.</summary>
    public static void Decide(Draft draft, IEnumerable<PodObservation> pods)
    {
        foreach (var pod in pods)
        {
            if (IsLost(draft, pod)) draft.Do(new BuildAction.DeletePod(pod.Name, pod.Uid, Force: true));
        }
    }

    public static bool IsLost(Draft draft, PodObservation pod)
    {
        if (pod.DeletionDue is not { } due || !pod.IsLive) return false;
        var late = due + draft.Observed.Policy.NodeGrace;
        if (draft.Now < late)
        {
            draft.WakeAt(late);
            return false;
        }

        if (!draft.IsLive()) return false;
        // The node may come back, or go: ask again.
        if (!pod.NodeLost) draft.WakeAt(draft.Now + draft.Observed.Policy.NodeGrace);
        return pod.NodeLost;
    }
}
