using System.Net;
using System.Net.Sockets;

namespace ImageOperator.Communicators.Ssh.Routes;

/// <summary>
/// Two sockets that are connected with one another. SSH.NET wants a socket, where we have a channel. The loopback is open to
/// every process of the machine, so it is made sure of that the connection is ours.
/// </summary>
internal static class SocketPair
{
    public static async Task<(Socket Ours, Socket Theirs)> CreateAsync(CancellationToken cancellationToken)
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(8);
        var ours = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await ours.ConnectAsync(listener.LocalEndPoint!, cancellationToken).ConfigureAwait(false);
            while (true)
            {
                var theirs = await listener.AcceptAsync(cancellationToken).ConfigureAwait(false);
                theirs.NoDelay = true;
                if (theirs.RemoteEndPoint!.Equals(ours.LocalEndPoint)) return (ours, theirs);
                theirs.Dispose();
            }
        }
        catch
        {
            ours.Dispose();
            throw;
        }
    }
}
