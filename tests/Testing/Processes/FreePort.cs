using System.Net;
using System.Net.Sockets;

namespace ImageOperator.Testing.Processes;

/// <summary>A port for a server that starts a moment later: below those that the kernel gives to outgoing connections meanwhile.</summary>
internal static class FreePort
{
    private const int First = 20000;
    private const int Last = 32000;

    public static int Next()
    {
        while (true)
        {
            try
            {
                var port = Random.Shared.Next(First, Last);
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Taken.
            }
        }
    }
}
