using System.Net.Sockets;

namespace ImageOperator.Communicators.Ssh.Connecting;

/// <summary>What Linux knows of a connection's state.</summary>
internal static class TcpState
{
    private const int ProtocolTcp = 6;
    private const int TcpInfo = 11;
    private const byte Established = 1;

    /// <summary>Whether the peer has sent its end, however much is still unread.</summary>
    public static bool PeerHasClosed(Socket socket)
    {
        if (!OperatingSystem.IsLinux()) return false;
        Span<byte> info = stackalloc byte[8];
        return socket.GetRawSocketOption(ProtocolTcp, TcpInfo, info) > 0 && info[0] != Established;
    }
}
