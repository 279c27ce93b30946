using k8s.Models;

namespace ImageOperator.Runtime.Conditions;

/// <summary>Computes <c>Ready</c>, so that kstatus, Argo CD and Flux agree.</summary>
public static class ReadySummary
{
    /// <summary>
    /// Sets <c>Ready</c>: False with Stalled's reason when <c>Stalled</c> is true, else Unknown with Reconciling's reason when <c>Reconciling</c> is true,
    /// else False with the first of <paramref name="required"/> that is not true, else True with the given reason and message. True when anything changed.
    /// </summary>
    public static bool Summarize(
        this IList<V1Condition> conditions, string readyReason, string readyMessage, long? observedGeneration, TimeProvider time, params IReadOnlyList<string> required)
    {
        ArgumentNullException.ThrowIfNull(conditions);
        ArgumentNullException.ThrowIfNull(required);
        var (status, reason, message) = Compute(conditions, readyReason, readyMessage, required);
        return conditions.Set(ConditionTypes.Ready, status, reason, message, observedGeneration, time);
    }

    private static (ConditionStatus Status, string Reason, string Message) Compute(
        IList<V1Condition> conditions, string readyReason, string readyMessage, IReadOnlyList<string> required)
    {
        if (conditions.IsTrue(ConditionTypes.Stalled))
        {
            var stalled = conditions.Find(ConditionTypes.Stalled)!;
            return (ConditionStatus.False, stalled.Reason, stalled.Message);
        }

        if (conditions.IsTrue(ConditionTypes.Reconciling))
        {
            var reconciling = conditions.Find(ConditionTypes.Reconciling)!;
            return (ConditionStatus.Unknown, reconciling.Reason, reconciling.Message);
        }

        foreach (var type in required.Where(type => !conditions.IsTrue(type)))
        {
            var missing = conditions.Find(type);
            var status = missing is null || missing.Status == nameof(ConditionStatus.Unknown) ? ConditionStatus.Unknown : ConditionStatus.False;
            return (status, missing?.Reason ?? "Pending", missing?.Message ?? $"{type} is not known yet");
        }

        return (ConditionStatus.True, readyReason, readyMessage);
    }
}
