using ImageOperator.Api.Conditions;
using ImageOperator.Api.ImageBuilds;

namespace ImageOperator.Controller.Builds;

/// <summary>One target of a build under way.</summary>
internal static class TargetPlan
{
    public static TargetView Decide(Draft draft, string name)
    {
        var seen = draft.Observed.Target(name) ?? new TargetStatus { Name = name };
        var live = draft.Observed.Builders(name).Where(p => p.IsLive).ToArray();
        if (TargetView.IsTerminalPhase(seen.Phase)) return Ended(draft, seen, live);
        if (draft.Observed.IsCancelled) return Cancelled(draft, seen, live, Reasons.Cancelled, "The build was cancelled.");
        if (FailFast.CancelledBy(draft.Observed.Build, name) is { } failed) return Cancelled(draft, seen, live, Reasons.OtherTargetFailed, FailFast.Message(failed.Name));
        if (Deadline(draft, seen, live) is { } deadline && draft.Now >= deadline) return TimedOut(draft, seen, live);
        if (seen.Attempt is not { } attempt) return QueuePlan.Decide(draft, seen);

        draft.Delete(live.Where(p => p.Attempt < attempt));
        var pod = draft.Observed.Builders(name).FirstOrDefault(p => p.Attempt == attempt);
        return pod switch
        {
            null when !draft.Observed.HasHadPod(seen, attempt) => AttemptPlan.Start(draft, seen, attempt),
            null => AttemptPlan.Lost(draft, seen, attempt, null),
            { Life: PodLife.Ended } => AttemptPlan.Lost(draft, seen, attempt, pod),
            _ when LostNode.IsLost(draft, pod) => AttemptPlan.Abandoned(draft, seen, attempt, pod),
            { Life: PodLife.Pending } => PendingPod.Decide(draft, seen, pod),
            _ => Known(seen, pod, Progress(seen)),
        };
    }

    /// <summary>The pod exists: from now on its absence means that it was lost.</summary>
    public static TargetView Known(TargetStatus seen, PodObservation pod, string words)
    {
        var known = seen with { PodName = pod.Name };
        return new(known, OperatorStatus.Owned(known, withEnd: false), words, IsQuiet: false);
    }

    /// <summary>Ends a target in the builder's stead.</summary>
    public static TargetView End(Draft draft, TargetStatus seen, TargetPhase phase, string reason, string message, string? hint = null)
    {
        var ended = seen with
        {
            Phase = phase,
            CompletionTime = draft.Now,
            Failure = new Failure { Stage = Next(seen.Stage), Reason = reason, Message = message, Hint = hint },
        };
        return new(ended, OperatorStatus.Owned(ended, withEnd: true), phase.ToString(), IsQuiet: true);
    }

    private static TargetView Ended(Draft draft, TargetStatus seen, PodObservation[] live)
    {
        var patience = (seen.CompletionTime ?? draft.Now) + draft.Observed.Policy.TimeoutGrace;
        if (live.Length > 0 && draft.Now < patience) draft.WakeAt(patience);
        // A pod that never started was given up; one that has ended its work ends itself, in time.
        draft.Delete(live.Where(p => seen.Failure?.Reason == Reasons.PodNotStarted || draft.Now >= patience));
        LostNode.Decide(draft, live);
        return new(seen, OperatorStatus.Owned(seen, OperatorStatus.OwnsEnd(seen)), live.Length == 0 ? seen.Phase.ToString()! : $"{seen.Phase}, cleaning up", live.Length == 0);
    }

    private static TargetView Cancelled(Draft draft, TargetStatus seen, PodObservation[] live, string reason, string message)
    {
        if (live.Length == 0)
        {
            return draft.IsLive() ? End(draft, seen, TargetPhase.Cancelled, reason, message) : Unchanged(seen);
        }

        draft.Delete(live);
        LostNode.Decide(draft, live);
        return Known(seen, live[^1], "being cancelled");
    }

    private static TargetView TimedOut(Draft draft, TargetStatus seen, PodObservation[] live)
    {
        if (live.Length > 0)
        {
            draft.Delete(live);
            LostNode.Decide(draft, live);
            return Known(seen, live[^1], "timed out, being stopped");
        }

        if (!draft.IsLive()) return Unchanged(seen);
        var refused = draft.Observed.Refusals.TryGetValue(seen.Name, out var refusal) ? $" No pod could be created: {refusal}" : "";
        return End(draft, seen, TargetPhase.Failed, Reasons.Timeout, $"The build took longer than its timeout of {draft.Status!.Template!.Timeout}.{refused}");
    }

    /// <summary>The engine keeps the timeout; the operator is the backstop, and on time only where no engine ever ran.</summary>
    private static DateTimeOffset? Deadline(Draft draft, TargetStatus seen, PodObservation[] live)
    {
        // Time in the queue does not count.
        if (seen.Attempt is null || (seen.AdmittedTime ?? draft.Status!.StartTime) is not { } start) return null;
        var running = live.Any(p => p.Life == PodLife.Running);
        var deadline = start + draft.Status!.Template!.Timeout.Value + (running ? draft.Observed.Policy.TimeoutGrace : TimeSpan.Zero);
        // An image in the making is not thrown away for being late: the engine goes on with it, in a later attempt too.
        if (seen.Stages?.FirstOrDefault(s => s.Name == BuildStage.Captured)?.StartTime + draft.Observed.Policy.CaptureLimit is { } captured && captured > deadline) deadline = captured;
        draft.WakeAt(deadline);
        return deadline;
    }

    public static TargetView Unchanged(TargetStatus seen) => new(seen, OperatorStatus.Owned(seen, withEnd: false), Progress(seen), IsQuiet: false);

    private static string Progress(TargetStatus seen)
    {
        var stage = (seen.Stage ?? BuildStage.Pending).ToString();
        if (seen.Progress is not { } progress) return stage;
        var place = progress is { Index: { } index, Of: { } of } ? $" {index}/{of}" : "";
        return progress.Step is { } step ? $"{stage}, step {step}{place}" : stage;
    }

    private static BuildStage Next(BuildStage? reached) => reached is { } stage && stage < BuildStage.CleanedUp ? stage + 1 : BuildStage.SourceResolved;
}
