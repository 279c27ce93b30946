using System.Net.Sockets;
using ImageOperator.Communicators.Ssh.SshNet;
using ImageOperator.Engine.Failures;
using Renci.SshNet.Common;

namespace ImageOperator.Communicators.Ssh.Routes;

/// <summary>Passes bytes between a socket and a forwarded channel until either ends.</summary>
internal sealed class ChannelPump(Socket socket, DataChannel channel)
{
    private const int BufferSize = 64 * 1024;

    public void Start()
    {
        _ = UpAsync();
        _ = DownAsync();
    }

    private async Task UpAsync()
    {
        try
        {
            var buffer = new byte[BufferSize];
            while (true)
            {
                var size = await socket.ReceiveAsync(buffer, CancellationToken.None).ConfigureAwait(false);
                if (size == 0 || !await channel.WriteAsync(buffer.AsMemory(0, size), CancellationToken.None).ConfigureAwait(false)) break;
            }

            // Our side is an SSH client, which reads no more once it has closed: a guest that hangs must not keep the channel.
            channel.SendEnd();
            channel.Close();
        }
        catch (Exception error) when (IsEnd(error))
        {
            channel.Close();
        }
    }

    private async Task DownAsync()
    {
        try
        {
            while (await channel.ReadAsync(CancellationToken.None).ConfigureAwait(false) is { } packet)
            {
                for (var rest = packet.Bytes; !rest.IsEmpty;) rest = rest[await socket.SendAsync(rest, CancellationToken.None).ConfigureAwait(false)..];
            }
        }
        catch (Exception error) when (IsEnd(error))
        {
            // The session's own end tells why.
        }
        finally
        {
            socket.Dispose();
            channel.Close();
        }
    }

    private static bool IsEnd(Exception error) => error is SocketException or ObjectDisposedException or ConnectionException or SshException;
}
