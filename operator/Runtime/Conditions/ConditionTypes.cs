namespace ImageOperator.Runtime.Conditions;

/// <summary>The condition types that the runtime gives a meaning to.</summary>
public static class ConditionTypes
{
    /// <summary>The summary; computed, never set by hand.</summary>
    public const string Ready = "Ready";

    /// <summary>Abnormal-true: work is going on.</summary>
    public const string Reconciling = "Reconciling";

    /// <summary>Abnormal-true: no progress without a human.</summary>
    public const string Stalled = "Stalled";
}
