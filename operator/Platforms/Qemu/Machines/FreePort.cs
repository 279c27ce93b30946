using System.Net;
using System.Net.Sockets;

namespace ImageOperator.Platforms.Qemu.Machines;

/// <summary>Finds a port of the loopback address that nobody listens on. It may be taken before it is used: then QEMU says so.</summary>
internal static class FreePort
{
    public static int Find()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
