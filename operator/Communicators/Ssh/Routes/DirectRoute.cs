using System.Net.Sockets;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Communicators.Ssh.Routes;

/// <summary>TCP, as the system routes it.</summary>
/// <param name="open">Makes a socket.</param>
internal sealed class DirectRoute(Func<Socket> open) : IRoute
{
    public DirectRoute()
        : this(() => new Socket(SocketType.Stream, ProtocolType.Tcp))
    {
    }

    public async Task<Socket> ConnectAsync(MachineEndpoint endpoint, CancellationToken cancellationToken)
    {
        var socket = open();
        try
        {
            socket.NoDelay = true;
            await socket.ConnectAsync(endpoint.Host, endpoint.Port, cancellationToken).ConfigureAwait(false);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
