namespace ImageOperator.Runtime.Client;

/// <summary>What becomes of owned objects when their owner is deleted.</summary>
public enum PropagationPolicy
{
    /// <summary>The owner goes first, the collector removes the rest.</summary>
    Background,

    /// <summary>The owner goes last.</summary>
    Foreground,

    /// <summary>Owned objects stay.</summary>
    Orphan,
}
