namespace ImageOperator.Runtime.Conditions;

/// <summary>A condition's status, written as Kubernetes spells it.</summary>
public enum ConditionStatus
{
    /// <summary>Not known.</summary>
    Unknown,

    /// <summary>It holds.</summary>
    True,

    /// <summary>It does not hold.</summary>
    False,
}
