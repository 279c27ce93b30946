using ImageOperator.Api.Conditions;
using ImageOperator.Runtime.Conditions;
using Types = ImageOperator.Api.Conditions.ConditionTypes;

namespace ImageOperator.Controller.Builds;

/// <summary>The conditions of a build: the three ways in which they can stand.</summary>
internal static class BuildConditions
{
    public static void Running(Draft draft, string reason, string message) => Write(draft, (conditions, generation, time) =>
    {
        // An ended build that is being deleted keeps its result.
        if (!draft.Observed.IsFinished) conditions.Set(Types.Succeeded, ConditionStatus.Unknown, reason, message, generation, time);
        conditions.Set(Types.Reconciling, ConditionStatus.True, reason, message, generation, time);
        conditions.Remove(Types.Stalled);
    });

    /// <param name="draft">The decision.</param>
    /// <param name="reason">Succeeded, UpToDate or Planned.</param>
    /// <param name="message">For people.</param>
    public static void Succeeded(Draft draft, string reason, string message) => Write(draft, (conditions, generation, time) =>
    {
        conditions.Set(Types.Succeeded, ConditionStatus.True, reason, message, generation, time);
        conditions.Remove(Types.Reconciling);
        conditions.Remove(Types.Stalled);
    });

    /// <param name="draft">The decision.</param>
    /// <param name="reason">What happened, the reason of the first failure.</param>
    /// <param name="message">For people.</param>
    public static void Failed(Draft draft, string reason, string message) => Write(draft, (conditions, generation, time) =>
    {
        conditions.Set(Types.Succeeded, ConditionStatus.False, reason, message, generation, time);
        conditions.Set(Types.Stalled, ConditionStatus.True, reason, message, generation, time);
        conditions.Remove(Types.Reconciling);
    });

    /// <summary>An ended build keeps its conditions, and says that it has seen the change.</summary>
    public static void Seen(Draft draft) => Write(draft, static (_, _, _) => { });

    private static void Write(Draft draft, Action<IList<k8s.Models.V1Condition>, long?, TimeProvider> set)
    {
        var generation = draft.Observed.Build.Metadata.Generation;
        var time = new ObservedTime(draft.Now);
        List<k8s.Models.V1Condition> conditions = [.. draft.Status!.Conditions ?? []];
        // What stays as it is speaks of the new generation, too.
        foreach (var kept in conditions.ToArray()) conditions.Set(kept.Type, Enum.Parse<ConditionStatus>(kept.Status), kept.Reason, kept.Message, generation, time);
        set(conditions, generation, time);
        conditions.Summarize(conditions.Find(Types.Succeeded)?.Reason ?? Reasons.Succeeded, conditions.Find(Types.Succeeded)?.Message ?? "", generation, time, Types.Succeeded);
        draft.Status = draft.Status with { ObservedGeneration = generation, Conditions = conditions };
    }

    /// <summary>The moment of the observation: decisions read no clock.</summary>
    private sealed class ObservedTime(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
