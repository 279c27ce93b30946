using k8s.Models;

namespace ImageOperator.Runtime.Conditions;

/// <summary>Reading and writing a list of conditions.</summary>
public static class ConditionExtensions
{
    /// <summary>The API server's limit for a condition's message.</summary>
    public const int MaxMessageLength = 32768;

    /// <summary>The condition of a type, or null.</summary>
    public static V1Condition? Find(this IEnumerable<V1Condition> conditions, string type) => conditions.FirstOrDefault(c => c.Type == type);

    /// <summary>Whether the condition is there and true.</summary>
    public static bool IsTrue(this IEnumerable<V1Condition> conditions, string type) => conditions.Find(type)?.Status == nameof(ConditionStatus.True);

    /// <summary>Whether the condition is there and false.</summary>
    public static bool IsFalse(this IEnumerable<V1Condition> conditions, string type) => conditions.Find(type)?.Status == nameof(ConditionStatus.False);

    /// <summary>Adds or replaces a condition; <c>lastTransitionTime</c> changes only when the status does, and an empty message becomes the reason. The element is replaced, never changed in place. True when anything changed.</summary>
    public static bool Set(
        this IList<V1Condition> conditions, string type, ConditionStatus status, string reason, string message, long? observedGeneration, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(conditions);
        ArgumentNullException.ThrowIfNull(time);
        ArgumentException.ThrowIfNullOrEmpty(type);
        ArgumentException.ThrowIfNullOrEmpty(reason);
        var old = conditions.Find(type);
        var next = new V1Condition
        {
            Type = type,
            Status = status.ToString(),
            Reason = reason,
            // Server-side apply of an empty string to a custom resource fails on Kubernetes 1.20: it becomes null there.
            Message = string.IsNullOrEmpty(message) ? reason : ConditionMessage.Truncate(message),
            ObservedGeneration = observedGeneration,
            LastTransitionTime = old?.Status == status.ToString() ? old.LastTransitionTime : time.GetUtcNow().UtcDateTime,
        };
        if (old is null)
        {
            conditions.Add(next);
            return true;
        }

        conditions[conditions.IndexOf(old)] = next;
        return old.Status != next.Status || old.Reason != next.Reason || old.Message != next.Message || old.ObservedGeneration != next.ObservedGeneration;
    }

    /// <summary>Removes a condition; true when it was there.</summary>
    public static bool Remove(this IList<V1Condition> conditions, string type)
    {
        ArgumentNullException.ThrowIfNull(conditions);
        return conditions.Find(type) is { } found && conditions.Remove(found);
    }
}
