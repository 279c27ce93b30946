namespace ImageOperator.Api.Conditions;

/// <summary>The condition types of all kinds. Each reason below is also the reason of an event.</summary>
public static class ConditionTypes
{
    /// <summary>True when the object is what it should be: a valid template, a succeeded build. Always present once observed.</summary>
    public const string Ready = "Ready";

    /// <summary>Builds only: Unknown while running, True or False for ever after.</summary>
    public const string Succeeded = "Succeeded";

    /// <summary>Abnormal-true: present only while the operator works towards the spec.</summary>
    public const string Reconciling = "Reconciling";

    /// <summary>Abnormal-true: present only when the operator has given up until someone changes something.</summary>
    public const string Stalled = "Stalled";
}
