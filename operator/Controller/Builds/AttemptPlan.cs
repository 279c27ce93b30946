using ImageOperator.Api.Conditions;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Controller.Pods;

namespace ImageOperator.Controller.Builds;

/// <summary>Starts attempts, and decides what follows a lost one.</summary>
internal static class AttemptPlan
{
    /// <summary>The attempt is written before its pod is made; podName only when the pod is seen, so that a crash between the two costs no attempt.</summary>
    public static TargetView Start(Draft draft, TargetStatus seen, int attempt)
    {
        var refused = draft.Observed.Refusals.TryGetValue(seen.Name, out var refusal);
        draft.Do(new BuildAction.EnsureFinalizer());
        draft.Do(new BuildAction.EnsureAccess());
        draft.Do(new BuildAction.CreateBuilder(seen.Name, attempt));
        var started = seen with { Attempt = attempt, PodName = null };
        return new(started, OperatorStatus.Owned(started, withEnd: false), refused ? $"no builder pod: {refusal}" : "starting the builder pod", IsQuiet: false);
    }

    /// <summary>The pod ended, or is gone, without a result in status.</summary>
    public static TargetView Lost(Draft draft, TargetStatus seen, int attempt, PodObservation? pod)
    {
        if (!draft.IsLive()) return TargetPlan.Unchanged(seen);
        var why = pod is null ? "it was deleted" : pod.Detail ?? "it ended without a result";
        var limit = draft.Observed.Build.Spec.FailurePolicy.MaxAttempts;
        if (attempt >= limit)
        {
            draft.Warn(Reasons.PodLost, "Build", $"{seen.Name}: pod {seen.PodName ?? pod?.Name ?? PodNames.Builder(draft.Observed.Build.Metadata.Name, seen.Name, attempt)} was lost: {why}.");
            return TargetPlan.End(
                draft, seen, TargetPhase.Failed, Reasons.AttemptsExhausted, $"Builder pods were lost {attempt} times; the last: {why}.",
                "Look at the nodes and at the pods' events; failurePolicy.maxAttempts allows more attempts.");
        }

        var due = pod?.EndedAt + draft.Observed.Policy.LostPodPause(attempt) ?? draft.Now;
        if (due > draft.Now)
        {
            draft.WakeAt(due);
            return TargetPlan.Unchanged(seen with { PodName = pod!.Name }) with { Words = $"pod lost ({why}), attempt {attempt + 1} follows" };
        }

        draft.Warn(Reasons.PodLost, "Build", $"{seen.Name}: pod {seen.PodName ?? pod?.Name ?? PodNames.Builder(draft.Observed.Build.Metadata.Name, seen.Name, attempt)} was lost: {why}. Attempt {attempt + 1} of {limit} continues.");
        return Start(draft, seen, attempt + 1);
    }

    /// <summary>The pod's node is dead.</summary>
    public static TargetView Abandoned(Draft draft, TargetStatus seen, int attempt, PodObservation pod)
    {
        draft.Do(new BuildAction.DeletePod(pod.Name, pod.Uid, Force: true));
        return Lost(draft, seen, attempt, pod with { Detail = "its node is gone", EndedAt = null });
    }
}
