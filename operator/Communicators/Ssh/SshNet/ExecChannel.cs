using ImageOperator.Api.ImageBuilds;
using System.Runtime.InteropServices;
using System.Threading.Channels;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;
using Renci.SshNet;
using Renci.SshNet.Messages.Connection;

namespace ImageOperator.Communicators.Ssh.SshNet;

/// <summary>
/// One command's channel. Written over SSH.NET's session rather than taken from its SshCommand, which keeps the two output
/// streams apart (their order is lost), buffers without bound, and sends no end of input when there was none.
/// </summary>
internal sealed class ExecChannel(Session session, uint number)
{
    /// <summary>What may be under way to us: enough for a fast line, and the bound of what we keep.</summary>
    public const uint Window = 4 * 1024 * 1024;

    /// <summary>The largest message that SSH.NET takes.</summary>
    public const uint LargestPacket = 64 * 1024;

    private readonly Channel<ChannelPacket> _incoming = Channel.CreateUnbounded<ChannelPacket>(new UnboundedChannelOptions { SingleReader = true });
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<bool> _accepted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SendWindow _sendWindow = new();
    private uint _remoteNumber;
    private int _packetSize;
    private uint _consumed;
    private int _closeSent;
    private volatile bool _ended;
    private volatile bool _abandoned;

    /// <summary>Completes when the command's end was told, though output may follow.</summary>
    public Task Exited => _exited.Task;

    /// <summary>The exit code; null as long as none was told.</summary>
    public int? ExitCode { get; private set; }

    public async Task OpenAsync(string command, CancellationToken cancellationToken)
    {
        session.Send(new ChannelOpenMessage(number, Window, LargestPacket, new SessionOpenInfo()));
        await _opened.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        session.Send(new ChannelRequestMessage(_remoteNumber, new ExecRequest(command)));
        if (!await _accepted.Task.WaitAsync(cancellationToken).ConfigureAwait(false))
            throw new ConnectionException(ConnectionReason.CommandsDenied, "the SSH server refuses to run commands", "is it restricted to SFTP, or by ForceCommand?");
    }

    /// <summary>Waits for output; null at its end.</summary>
    public async ValueTask<ChannelPacket?> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (_incoming.Reader.TryRead(out var packet))
            {
                Consumed(packet.Bytes.Length);
                return packet;
            }

            if (!await _incoming.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false)) return null;
        }
    }

    /// <summary>Writes to the command's input; false once the channel has ended, and nobody reads it any more.</summary>
    public async ValueTask<bool> WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        while (!data.IsEmpty)
        {
            var size = await _sendWindow.TakeAsync(Math.Min(data.Length, _packetSize), cancellationToken).ConfigureAwait(false);
            if (size == 0) return false;
            var part = MemoryMarshal.TryGetArray(data[..size], out var segment) ? segment : new ArraySegment<byte>(data[..size].ToArray());
            session.Send(new ChannelDataMessage(_remoteNumber, part.Array!, part.Offset, part.Count));
            data = data[size..];
        }

        return true;
    }

    public void SendEnd()
    {
        if (!_ended) session.Send(new ChannelEofMessage(_remoteNumber));
    }

    /// <summary>Closes our side; harmless when done twice or on a broken session.</summary>
    public void Close()
    {
        _abandoned = true;
        if (!_opened.Task.IsCompletedSuccessfully || Interlocked.Exchange(ref _closeSent, 1) != 0) return;
        try
        {
            session.Send(new ChannelCloseMessage(_remoteNumber));
        }
        catch (Exception error) when (error is Renci.SshNet.Common.SshException or System.Net.Sockets.SocketException or ObjectDisposedException)
        {
            // The session is gone, and the channel with it.
        }
    }

    public void OnOpened(ChannelOpenConfirmationMessage message)
    {
        _remoteNumber = message.RemoteChannelNumber;
        _packetSize = (int)Math.Min(message.MaximumPacketSize, LargestPacket);
        _sendWindow.Add(message.InitialWindowSize);
        _opened.TrySetResult();
        if (_abandoned) Close();
    }

    public void OnRefused(ChannelOpenFailureMessage message) => Fail(new ConnectionException(
        ConnectionReason.CommandsDenied, $"the SSH server opens no channel: {message.Description}", "MaxSessions in its sshd_config may be too low (it must be 2 at least)"));

    public void OnAccepted(bool accepted) => _accepted.TrySetResult(accepted);

    public void OnWindow(uint bytes) => _sendWindow.Add(bytes);

    // Copied: SSH.NET reads the next message into the same buffer.
    public void OnData(OutputStream stream, ReadOnlySpan<byte> data) => _incoming.Writer.TryWrite(new ChannelPacket(stream, data.ToArray()));

    public void OnRequest(ChannelRequestMessage message)
    {
        switch (message.RequestName)
        {
            case "exit-status":
                ExitCode = (int)ExitRequest.ReadStatus(message.RequestData);
                break;
            case "exit-signal":
                ExitCode = SignalNumbers.ExitCode(ExitRequest.ReadSignal(message.RequestData));
                break;
            default:
                return;
        }

        _exited.TrySetResult();
    }

    public void OnClosed()
    {
        Close();
        End(null);
    }

    public void Fail(ConnectionException error)
    {
        _opened.TrySetException(error);
        End(error);
    }

    private void End(ConnectionException? error)
    {
        _accepted.TrySetResult(false);
        _exited.TrySetResult();
        _incoming.Writer.TryComplete(error);
        _ended = true;
        _sendWindow.Close();
    }

    private void Consumed(int bytes)
    {
        _consumed += (uint)bytes;
        if (_consumed < Window / 2 || _ended) return;
        session.Send(new ChannelWindowAdjustMessage(_remoteNumber, _consumed));
        _consumed = 0;
    }
}
