using System.Net.Sockets;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Communicators.Ssh.Connecting;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Communicators.Ssh.Routes;

/// <summary>Through the tunnel that the machine's platform has.</summary>
internal sealed class DialedRoute(IMachineDialer dialer) : IRoute
{
    public TimeSpan? Pause => dialer.Pause;

    public async Task<Socket> ConnectAsync(MachineEndpoint endpoint, CancellationToken cancellationToken)
    {
        Stream connection;
        try
        {
            connection = await dialer.DialAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (ConnectionException e)
        {
            throw new RouteException(new(e.Reason ?? ConnectionReason.TunnelFailed, e.Message, e.IsFinal ? Patience.None : Patience.UntilTimeout, e) { Hint = e.Hint });
        }

        try
        {
            var (ours, theirs) = await SocketPair.CreateAsync(cancellationToken).ConfigureAwait(false);
            new StreamPump(theirs, connection).Start();
            return ours;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    // The machine's own.
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
