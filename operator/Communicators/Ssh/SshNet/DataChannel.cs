using System.Runtime.InteropServices;
using System.Threading.Channels;
using ImageOperator.Engine.Ports;
using Renci.SshNet;
using Renci.SshNet.Messages;
using Renci.SshNet.Messages.Connection;

namespace ImageOperator.Communicators.Ssh.SshNet;

/// <summary>
/// A channel of a session. Written over SSH.NET's session rather than taken from its own classes, which keep the two output
/// streams of a command apart (their order is lost), buffer without bound, and send no end of input when there was none.
/// </summary>
internal abstract class DataChannel(Session session, uint number)
{
    /// <summary>What may be under way to us: enough for a fast line, and the bound of what we keep.</summary>
    public const uint Window = 4 * 1024 * 1024;

    /// <summary>The largest message that SSH.NET takes.</summary>
    public const uint LargestPacket = 64 * 1024;

    private readonly Channel<ChannelPacket> _incoming = Channel.CreateUnbounded<ChannelPacket>(new UnboundedChannelOptions { SingleReader = true });
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SendWindow _sendWindow = new();
    private uint _remoteNumber;
    private int _packetSize;
    private uint _consumed;
    private readonly Lock _sending = new();
    private bool _closeSent;
    private volatile bool _ended;
    private volatile bool _abandoned;

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

    /// <summary>Writes to the peer; false once the channel has ended, and nobody reads it any more.</summary>
    public async ValueTask<bool> WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        while (!data.IsEmpty)
        {
            var size = await _sendWindow.TakeAsync(Math.Min(data.Length, _packetSize), cancellationToken).ConfigureAwait(false);
            if (size == 0) return false;
            var part = MemoryMarshal.TryGetArray(data[..size], out var segment) ? segment : new ArraySegment<byte>(data[..size].ToArray());
            if (!Send(new ChannelDataMessage(_remoteNumber, part.Array!, part.Offset, part.Count))) return false;
            data = data[size..];
        }

        return true;
    }

    public void SendEnd()
    {
        if (!_ended) Send(new ChannelEofMessage(_remoteNumber));
    }

    /// <summary>Closes our side; harmless when done twice or on a broken session.</summary>
    public void Close()
    {
        _abandoned = true;
        if (!_opened.Task.IsCompletedSuccessfully) return;
        try
        {
            Send(new ChannelCloseMessage(_remoteNumber), last: true);
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

    public void OnRefused(ChannelOpenFailureMessage message) => Fail(Refusal(message));

    public virtual void OnAccepted(bool accepted)
    {
    }

    public void OnWindow(uint bytes) => _sendWindow.Add(bytes);

    // Copied: SSH.NET reads the next message into the same buffer.
    public void OnData(OutputStream stream, ReadOnlySpan<byte> data) => _incoming.Writer.TryWrite(new ChannelPacket(stream, data.ToArray()));

    /// <summary>The peer writes no more.</summary>
    public virtual void OnEnd()
    {
    }

    public virtual void OnRequest(ChannelRequestMessage message)
    {
    }

    public void OnClosed()
    {
        Close();
        End(null);
    }

    public void Fail(Exception error)
    {
        _opened.TrySetException(error);
        End(error);
    }

    /// <summary>Opens the channel and waits for it.</summary>
    protected async Task OpenAsync(ChannelOpenInfo info, CancellationToken cancellationToken)
    {
        session.Send(new ChannelOpenMessage(number, Window, LargestPacket, info));
        await _opened.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    protected void SendRequest(RequestInfo request) => Send(new ChannelRequestMessage(_remoteNumber, request));

    /// <summary>The error of a channel that the peer does not open.</summary>
    protected abstract Exception Refusal(ChannelOpenFailureMessage message);

    /// <summary>No more output: the readers see the end.</summary>
    protected void EndOutput() => _incoming.Writer.TryComplete();

    protected virtual void End(Exception? error)
    {
        _incoming.Writer.TryComplete(error);
        _ended = true;
        _sendWindow.Close();
    }

    private void Consumed(int bytes)
    {
        _consumed += (uint)bytes;
        if (_consumed < Window / 2 || _ended) return;
        Send(new ChannelWindowAdjustMessage(_remoteNumber, _consumed));
        _consumed = 0;
    }

    /// <summary>Sends nothing after our close: OpenSSH ends the whole session when it hears of a channel that is no more.</summary>
    /// <returns>Whether it was sent.</returns>
    private bool Send(Message message, bool last = false)
    {
        lock (_sending)
        {
            if (_closeSent) return false;
            _closeSent = last;
            session.Send(message);
            return true;
        }
    }
}
