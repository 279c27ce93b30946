using System.Net.Sockets;
using ImageOperator.Communicators.Ssh.Connecting;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Communicators.Ssh.Routes;

/// <summary>A way to TCP connections: direct, through a proxy, through a bastion.</summary>
internal interface IRoute : IAsyncDisposable
{
    /// <summary>How long to wait between tries, of which there is one at a time; null: connections cost nothing, and are tried as suits the guest.</summary>
    TimeSpan? Pause => null;

    /// <summary>A connected socket; what is sent on it arrives at the endpoint.</summary>
    /// <exception cref="SocketException">The endpoint cannot be reached.</exception>
    /// <exception cref="RouteException">It, or a host on the way, cannot be reached or does not pass connections on.</exception>
    Task<Socket> ConnectAsync(MachineEndpoint endpoint, CancellationToken cancellationToken);
}

/// <summary>A way that leads nowhere.</summary>
internal sealed class RouteException(ConnectFailure failure) : Exception(failure.Text, failure.Error)
{
    public ConnectFailure Failure { get; } = failure;
}
