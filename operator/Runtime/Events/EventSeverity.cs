namespace ImageOperator.Runtime.Events;

/// <summary>The type of an event.</summary>
public enum EventSeverity
{
    /// <summary>As expected.</summary>
    Normal,

    /// <summary>Someone may want to look.</summary>
    Warning,
}
