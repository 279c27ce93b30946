using System.Net.Sockets;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Communicators.Ssh.Connecting;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Communicators.Ssh.Routes;

/// <summary>What the system's errors of sockets mean.</summary>
internal static class SocketFailures
{
    /// <param name="error">The error.</param>
    /// <param name="endpoint">Whom the connection was to.</param>
    /// <param name="connected">Whether it came after the connection was made.</param>
    public static ConnectFailure Explain(SocketException error, MachineEndpoint endpoint, bool connected)
    {
        var address = $"{endpoint.Host}:{endpoint.Port}";
        return error.SocketErrorCode switch
        {
            SocketError.ConnectionRefused => new(ConnectionReason.Refused, $"{address} refuses connections", Error: error),
            // What the host's end of a forwarded port does when the guest refuses.
            SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown when connected =>
                new(ConnectionReason.ClosedAtOnce, $"{address} closes connections without a greeting", Error: error),
            SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain =>
                new(ConnectionReason.NameUnknown, $"the name {endpoint.Host} does not resolve", Error: error),
            // Access is denied by a route of the kind "prohibit", or a firewall that says so.
            SocketError.NetworkUnreachable or SocketError.HostUnreachable or SocketError.NetworkDown or SocketError.AccessDenied =>
                new(ConnectionReason.NoRoute, $"there is no route to {address}: {error.Message}", Error: error),
            _ => new(ConnectionReason.NoAnswer, $"{address}: {error.Message}", Error: error),
        };
    }
}
