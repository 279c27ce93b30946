using System.Net.Sockets;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Communicators.Ssh.Connecting;
using ImageOperator.Communicators.Ssh.SshNet;
using ImageOperator.Engine.Failures;
using Renci.SshNet;

namespace ImageOperator.Communicators.Ssh.Commands;

/// <summary>
/// Probes an idle session; a peer that misses three probes is dead. TCP's own keep-alive would not do: QEMU's user network
/// answers it for a guest that hangs.
/// </summary>
internal sealed class KeepAlive(Session session, Socket socket, ChannelHub hub, TimeSpan interval, TimeProvider time)
{
    public const int MostMissed = 3;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (interval <= TimeSpan.Zero) return;
        using var timer = new PeriodicTimer(interval, time);
        var heard = hub.Heard;
        var missed = 0;
        var probe = Task.CompletedTask;
        while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
        {
            if (hub.Broken is not null) return;
            missed = hub.Heard == heard ? missed : 0;
            heard = hub.Heard;
            if (missed == MostMissed)
            {
                hub.Break(new ConnectionException(
                    ConnectionReason.PeerSilent,
                    $"the machine has not answered for {(interval * MostMissed).TotalSeconds:0.#} s",
                    ConnectionHints.For(ConnectionReason.PeerSilent, "")));
                // Ends what blocks in sending, and SSH.NET's receiving thread.
                socket.Dispose();
                return;
            }

            // A send blocks while the peer takes nothing: then the earlier probe still stands for this one.
            if (probe.IsCompleted) probe = Task.Run(SendProbe, CancellationToken.None);
            missed++;
        }
    }

    private void SendProbe()
    {
        try
        {
            session.SendKeepAlive();
        }
        catch (Exception error) when (error is Renci.SshNet.Common.SshException or SocketException or ObjectDisposedException)
        {
            // The hub is told by the session itself.
        }
    }
}
