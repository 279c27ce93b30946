namespace ImageOperator.Platforms.Gcp.Tunnels;

/// <summary>The proxy, or the way to it, has ended a connection.</summary>
/// <param name="message">What happened.</param>
/// <param name="code">The proxy's word for it: the status of its WebSocket's close; null where it said none.</param>
/// <param name="inner">The cause.</param>
internal sealed class IapException(string message, int? code = null, Exception? inner = null) : IOException(message, inner)
{
    public int? Code { get; } = code;
}
