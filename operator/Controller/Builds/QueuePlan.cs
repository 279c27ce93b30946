using ImageOperator.Api.ImageBuilds;
using ImageOperator.Controller.Queue;

namespace ImageOperator.Controller.Builds;

/// <summary>A target that has not started: it does when the queue lets it.</summary>
internal static class QueuePlan
{
    public static TargetView Decide(Draft draft, TargetStatus seen)
    {
        var answer = draft.Observed.Admissions.Of(seen.Name);
        if (answer is null)
        {
            draft.Claims.Add(Claim.Of(draft.Observed.Build, draft.Status!.Template!, seen.Name));
            return TargetPlan.Unchanged(seen);
        }

        if (answer.Place is not { } place) return AttemptPlan.Start(draft, seen with { AdmittedTime = draft.Now }, 1);
        if (place.Until is { } until) draft.WakeAt(until);
        draft.Report(place.Reason, "Queue", $"{seen.Name} waits in the queue of {place.Queue}.");
        return new(seen, OperatorStatus.Owned(seen, withEnd: false), Words(place), IsQuiet: false, place);
    }

    /// <summary>What status says of the queue; null when nothing waits.</summary>
    public static QueueStatus? Status(Draft draft)
    {
        var waiting = draft.Targets.Where(t => t.Place is not null).ToArray();
        if (waiting.Length == 0) return null;
        var next = Next(waiting);
        return new()
        {
            Targets = [.. waiting.Select(t => t.Seen.Name)],
            Position = next.Position,
            Limit = next.Limit,
            Since = draft.Observed.Build.Status?.Queue?.Since ?? draft.Now,
        };
    }

    /// <summary>Why the build stands still: null when any of its targets is under way.</summary>
    public static string? Reason(Draft draft)
    {
        var open = draft.Targets.Where(t => !t.IsSettled).ToArray();
        return open.Length > 0 && open.All(t => t.Place is not null) ? Next(open).Reason : null;
    }

    private static QueuePlace Next(IEnumerable<TargetView> waiting) => waiting.Select(t => t.Place!).OrderBy(p => p.Position ?? int.MaxValue).First();

    private static string Words(QueuePlace place) => place switch
    {
        { Until: { } until } => $"waits until {until:yyyy-MM-dd'T'HH:mm'Z'}, or for more machine-hours: {place.Limit}",
        { Position: null } => $"waits: {place.Limit}",
        { Position: <= 5 } => $"{Ordinal(place.Position.Value)} in the queue of {place.Limit}",
        _ => $"among the first {place.Position} in the queue of {place.Limit}",
    };

    private static string Ordinal(int position) => position switch { 1 => "1st", 2 => "2nd", 3 => "3rd", _ => $"{position}th" };
}
