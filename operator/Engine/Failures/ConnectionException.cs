namespace ImageOperator.Engine.Failures;

/// <summary>There is no session to the machine, or no longer.</summary>
/// <param name="layer">The layer that failed.</param>
/// <param name="message">What happened, the tries and the time included.</param>
/// <param name="hint">What to look at or to change.</param>
/// <param name="inner">The library's error.</param>
public sealed class ConnectionException(ConnectionLayer layer, string message, string? hint = null, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The layer that failed.</summary>
    public ConnectionLayer Layer { get; } = layer;

    /// <summary>What to look at or to change.</summary>
    public string? Hint { get; } = hint;
}

/// <summary>The layers of a session, from the wire up.</summary>
public enum ConnectionLayer
{
    /// <summary>The machine has ended.</summary>
    Machine,

    /// <summary>No route to the address, or no answer.</summary>
    Network,

    /// <summary>The port is closed.</summary>
    Refused,

    /// <summary>The port is open, but no server of the protocol greets there.</summary>
    Banner,

    /// <summary>No common algorithms.</summary>
    KeyExchange,

    /// <summary>The server's host key is not the one that was put into the machine.</summary>
    HostKey,

    /// <summary>The server refuses the login.</summary>
    Authentication,

    /// <summary>The session was there and broke.</summary>
    Session,
}
