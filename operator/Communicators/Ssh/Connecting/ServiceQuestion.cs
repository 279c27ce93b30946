using System.Net.Sockets;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Communicators.Ssh.Routes;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Communicators.Ssh.Connecting;

/// <summary>
/// Tells a server that waits for us to speak first, as those of HTTP do, from an SSH server that hangs: speaks first, and looks
/// whether the answer is one of SSH. Asked once, at the end: an SSH server would count it as a connection.
/// </summary>
internal static class ServiceQuestion
{
    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(2);

    /// <summary>The failure, or what is behind it.</summary>
    public static async Task<ConnectFailure> AskAsync(ConnectFailure failure, MachineEndpoint endpoint, IRoute route, TimeProvider time)
    {
        if (failure is not { Reason: ConnectionReason.NoGreeting, Hop: null }) return failure;
        using var limit = new CancellationTokenSource(AnswerTime, time);
        try
        {
            using var socket = await route.ConnectAsync(endpoint, limit.Token).ConfigureAwait(false);
            await socket.SendAsync("SSH-2.0-ImageOperator\r\n\r\n"u8.ToArray(), limit.Token).ConfigureAwait(false);
            var buffer = new byte[256];
            var size = await socket.ReceiveAsync(buffer, limit.Token).ConfigureAwait(false);
            if (size == 0 || GuestDial.HasGreeting(buffer.AsSpan(0, size))) return failure;
            return failure with { Reason = ConnectionReason.OtherService, Text = $"{endpoint.Host}:{endpoint.Port} is no SSH server: greeted by us it said {GuestDial.Show(buffer.AsSpan(0, size))}" };
        }
        catch (Exception error) when (error is SocketException or OperationCanceledException or RouteException)
        {
            return failure;
        }
    }
}
