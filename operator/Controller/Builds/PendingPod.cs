using ImageOperator.Api.Conditions;
using ImageOperator.Api.ImageBuilds;

namespace ImageOperator.Controller.Builds;

/// <summary>A builder pod that does not run yet.</summary>
internal static class PendingPod
{
    public static TargetView Decide(Draft draft, TargetStatus seen, PodObservation pod)
    {
        if (pod.IsTerminating) return TargetPlan.Known(seen, pod, "builder pod is being deleted");
        if (pod.Unschedulable) return TargetPlan.Known(seen, pod, $"no node for the builder pod: {pod.Detail}");
        if (pod.ScheduledAt is not { } scheduled) return TargetPlan.Known(seen, pod, "starting the builder pod");
        var due = scheduled + draft.Observed.Policy.PodStartTimeout;
        if (draft.Now < due)
        {
            draft.WakeAt(due);
            return TargetPlan.Known(seen, pod, pod.Detail is null ? "starting the builder pod" : $"starting the builder pod: {pod.Detail}");
        }

        if (!draft.IsLive()) return TargetPlan.Unchanged(seen);
        var message = $"The builder pod did not start within {draft.Observed.Policy.PodStartTimeout.TotalMinutes:0.#} minutes: {pod.Detail ?? "no reason given"}";
        draft.Delete([pod]);
        draft.Warn(Reasons.PodNotStarted, "Build", $"{seen.Name}: {message}");
        // The pod's deletion is under way: the target settles when it is gone.
        return TargetPlan.End(draft, seen with { PodName = pod.Name }, TargetPhase.Failed, Reasons.PodNotStarted, message) with { Words = $"{TargetPhase.Failed}, cleaning up", IsQuiet = false };
    }
}
