using ImageOperator.Api.Conditions;
using ImageOperator.Api.ImageBuilds;

namespace ImageOperator.Controller.Builds;

/// <summary>Sweeper pods remove what builders left, again and again until nothing is left.</summary>
internal static class SweepPlan
{
    /// <summary>Things in the ledger that must go; it is written before anything is made.</summary>
    public static bool LeftBehind(BuildObservation _, TargetStatus target) => target.Left().Any();

    /// <summary>The same, or the builder ended without a word and nobody has looked since: then the platform's tags may know more than the ledger.</summary>
    public static bool MayBeLeftBehind(BuildObservation observation, TargetStatus target) =>
        LeftBehind(observation, target)
        || (target.Phase == TargetPhase.Running && !observation.Sweepers(target.Name).Any(p => p is { Life: PodLife.Ended, ExitCode: 0 }));

    /// <summary>What is being swept, in words; null when there is nothing (left) to sweep.</summary>
    public static string? Decide(Draft draft, Func<BuildObservation, TargetStatus, bool> isDirty)
    {
        var sweeping = new List<string>();
        foreach (var target in draft.Observed.Build.Status?.Targets ?? [])
        {
            var live = draft.Observed.Sweepers(target.Name).Any(p => p.IsLive);
            if (!live && !isDirty(draft.Observed, target)) continue;
            Sweep(draft, target.Name);
            sweeping.Add($"{target.Name}: removing {Left(target)}{Refused(draft, target.Name)}");
        }

        return sweeping.Count > 0 ? string.Join("; ", sweeping) : null;
    }

    /// <summary>What is left, for people.</summary>
    public static string Left(TargetStatus target)
    {
        var left = target.Left().Select(r => $"{r.Type} {r.Id ?? r.Key}{(r.Location is null ? "" : $" ({r.Location})")}").ToArray();
        return left.Length > 0 ? string.Join(", ", left) : "what the builder may have left";
    }

    private static void Sweep(Draft draft, string target)
    {
        var sweepers = draft.Observed.Sweepers(target).OrderBy(p => p.Attempt).ToArray();
        var last = sweepers.LastOrDefault();
        if (last is { IsLive: true })
        {
            WatchStart(draft, last);
            return;
        }

        var due = last?.EndedAt is { } ended ? ended + draft.Observed.Policy.SweepPause(last.Attempt) : draft.Now;
        if (due > draft.Now)
        {
            draft.WakeAt(due);
            return;
        }

        draft.Delete(sweepers.SkipLast(1));
        var number = (last?.Attempt ?? 0) + 1;
        draft.Do(new BuildAction.EnsureAccess());
        draft.Do(new BuildAction.CreateSweeper(target, number));
        draft.Report(Reasons.Sweeping, "Sweep", $"{target}: sweeper {number} removes what the build left.");
    }

    /// <summary>A sweeper that cannot start is replaced: what it lacked may be there for the next.</summary>
    private static void WatchStart(Draft draft, PodObservation sweeper)
    {
        if (sweeper is not { Life: PodLife.Pending, ScheduledAt: { } scheduled, IsTerminating: false }) return;
        var due = scheduled + draft.Observed.Policy.PodStartTimeout;
        if (draft.Now < due)
        {
            draft.WakeAt(due);
            return;
        }

        draft.Warn(Reasons.PodNotStarted, "Sweep", $"{sweeper.Target}: sweeper pod {sweeper.Name} did not start: {sweeper.Detail ?? "no reason given"}");
        draft.Delete([sweeper]);
    }

    private static string Refused(Draft draft, string target) =>
        draft.Observed.Refusals.TryGetValue(target, out var refusal) ? $" (no sweeper pod: {refusal})" : "";
}
