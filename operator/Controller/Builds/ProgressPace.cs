using ImageOperator.Api.Conditions;
using ImageOperator.Api.ImageBuilds;

namespace ImageOperator.Controller.Builds;

/// <summary>
/// Progress is told at most once in a second and build: what follows upon it meanwhile goes into the next write. Whatever else a decision does
/// (a pod, an attempt, an end, another reason) is done at once.
/// </summary>
internal sealed class ProgressPace(TimeProvider time)
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    public void Written(BuildMemory memory) => memory.WrittenAt = time.GetTimestamp();

    /// <summary>How long the decision may wait; null when it shall be done now.</summary>
    public TimeSpan? Pause(BuildObservation observed, Decision decision, BuildMemory memory)
    {
        if (memory.WrittenAt is not { } written || time.GetElapsedTime(written) is var since && since >= Period) return null;
        return IsMereProgress(observed, decision) ? Period - since : null;
    }

    private static bool IsMereProgress(BuildObservation observed, Decision decision) =>
        decision.Status is { Conditions: { } conditions, Targets: { } targets }
        && decision.Actions.All(a => a is BuildAction.Report { Reason: Reasons.StageReached })
        && observed.Build.Status is { Conditions: { } before, ObservedGeneration: var generation } && generation == decision.Status.ObservedGeneration
        && conditions.Count == before.Count
        && conditions.All(c => before.Any(b => (b.Type, b.Status, b.Reason) == (c.Type, c.Status, c.Reason)))
        && targets.All(t => observed.Target(t.Name) is { } seen && IsSame(t, seen));

    // The name of a later attempt's pod is written at once: see BuildObservation.HasHadPod.
    private static bool IsSame(TargetStatus owned, TargetStatus seen) =>
        owned.Attempt == seen.Attempt && (owned.Attempt == 1 || owned.PodName == seen.PodName)
        && (owned.Phase is null || (owned.Phase == seen.Phase && owned.Failure == seen.Failure));
}
