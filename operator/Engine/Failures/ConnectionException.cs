using ImageOperator.Api.ImageBuilds;

namespace ImageOperator.Engine.Failures;

/// <summary>There is no session to the machine, or no longer.</summary>
public sealed class ConnectionException : Exception
{
    /// <summary>Creates it for a layer.</summary>
    /// <param name="layer">The layer that failed.</param>
    /// <param name="message">What happened, the tries and the time included.</param>
    /// <param name="hint">What to look at or to change.</param>
    /// <param name="inner">The library's error.</param>
    public ConnectionException(ConnectionLayer layer, string message, string? hint = null, Exception? inner = null)
        : base(message, inner)
    {
        Layer = layer;
        Hint = hint;
    }

    /// <summary>Creates it for a reason.</summary>
    /// <param name="reason">Why; tells the layer.</param>
    /// <param name="message">What happened, the tries and the time included.</param>
    /// <param name="hint">What to look at or to change.</param>
    /// <param name="inner">The library's error.</param>
    public ConnectionException(ConnectionReason reason, string message, string? hint = null, Exception? inner = null)
        : this(reason.Layer(), message, hint, inner) => Reason = reason;

    /// <summary>The layer that failed.</summary>
    public ConnectionLayer Layer { get; }

    /// <summary>Why; null where it is not known.</summary>
    public ConnectionReason? Reason { get; }

    /// <summary>Which host on the way it is about; null for the machine itself.</summary>
    public string? Hop { get; init; }

    /// <summary>What to look at or to change.</summary>
    public string? Hint { get; }

    /// <summary>Another try would end the same.</summary>
    public bool IsFinal { get; init; }

    /// <summary>The same as data.</summary>
    public Diagnosis ToDiagnosis() => new() { Layer = Layer, Reason = Reason, Hop = Hop, Message = Message, Hint = Hint };
}
