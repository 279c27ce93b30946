using System.Collections.Concurrent;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;
using Renci.SshNet;
using Renci.SshNet.Common;
using Renci.SshNet.Messages.Connection;

namespace ImageOperator.Communicators.Ssh.SshNet;

/// <summary>The channels of a session: hands each message to its channel, and the session's end to all.</summary>
internal sealed class ChannelHub
{
    private readonly ConcurrentDictionary<uint, DataChannel> _channels = new();
    private readonly Session _session;
    private ConnectionException? _broken;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private uint _next;
    private long _heard;

    public ChannelHub(Session session)
    {
        _session = session;
        session.ChannelOpenConfirmationReceived += (_, e) => Find(e.Message.LocalChannelNumber)?.OnOpened(e.Message);
        session.ChannelOpenFailureReceived += (_, e) => Find(e.Message.LocalChannelNumber)?.OnRefused(e.Message);
        session.ChannelSuccessReceived += (_, e) => Find(e.Message.LocalChannelNumber)?.OnAccepted(true);
        session.ChannelFailureReceived += (_, e) => Find(e.Message.LocalChannelNumber)?.OnAccepted(false);
        session.ChannelWindowAdjustReceived += (_, e) => Find(e.Message.LocalChannelNumber)?.OnWindow(e.Message.BytesToAdd);
        session.ChannelDataReceived += (_, e) => Data(e.Message);
        session.ChannelExtendedDataReceived += (_, e) => Data(e.Message);
        session.ChannelRequestReceived += (_, e) => Request(e.Message);
        session.ChannelEofReceived += (_, e) => Find(e.Message.LocalChannelNumber)?.OnEnd();
        session.ChannelCloseReceived += (_, e) => Closed(e.Message.LocalChannelNumber);
        session.RequestSuccessReceived += (_, _) => Interlocked.Increment(ref _heard);
        session.RequestFailureReceived += (_, _) => Interlocked.Increment(ref _heard);
        session.ErrorOccured += (_, e) => Break(Explain(e));
        session.Disconnected += (_, _) => Break(new ConnectionException(ConnectionReason.SessionBroken, "the SSH server ended the session"));
    }

    /// <summary>Grows with whatever shows that the peer lives.</summary>
    public long Heard => Interlocked.Read(ref _heard);

    /// <summary>Why the session is over; null while it lives.</summary>
    public ConnectionException? Broken => Volatile.Read(ref _broken);

    /// <summary>Completes when the session is over.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Runs a command.</summary>
    public Task<ExecChannel> OpenAsync(string command, CancellationToken cancellationToken) =>
        OpenAsync(number => new ExecChannel(_session, number), channel => channel.OpenAsync(new ExecRequest("exec", command), cancellationToken), cancellationToken);

    /// <summary>Starts a subsystem.</summary>
    public Task<ExecChannel> OpenSubsystemAsync(string name, CancellationToken cancellationToken) =>
        OpenAsync(number => new ExecChannel(_session, number), channel => channel.OpenAsync(new ExecRequest("subsystem", name), cancellationToken), cancellationToken);

    /// <summary>Has the server connect to an address.</summary>
    /// <exception cref="ForwardRefusedException">It does not.</exception>
    public async Task<DataChannel> OpenForwardAsync(string host, int port, CancellationToken cancellationToken) =>
        await OpenAsync(number => new ForwardChannel(_session, number), channel => channel.OpenAsync(host, port, cancellationToken), cancellationToken).ConfigureAwait(false);

    private async Task<T> OpenAsync<T>(Func<uint, T> create, Func<T, Task> open, CancellationToken cancellationToken)
        where T : DataChannel
    {
        var number = Interlocked.Increment(ref _next);
        var channel = create(number);
        _channels[number] = channel;
        try
        {
            if (Broken is { } broken) throw new ConnectionException(broken.Reason ?? ConnectionReason.SessionBroken, broken.Message, broken.Hint, broken);
            // Sending blocks while the peer does not take: never on the caller's thread.
            await Task.Run(() => open(channel), cancellationToken).ConfigureAwait(false);
            return channel;
        }
        catch (Exception error) when (error is SshException or System.Net.Sockets.SocketException or ObjectDisposedException)
        {
            _channels.TryRemove(number, out _);
            throw Broken ?? new ConnectionException(ConnectionReason.SessionBroken, $"the SSH session broke: {error.Message}", inner: error);
        }
        catch (ForwardRefusedException)
        {
            // There is no such channel at the peer, and will be no word of it.
            _channels.TryRemove(number, out _);
            throw;
        }
        catch
        {
            channel.Close();
            throw;
        }
    }

    /// <summary>Ends every channel with that error; the first one counts.</summary>
    public void Break(ConnectionException error)
    {
        if (Interlocked.CompareExchange(ref _broken, error, null) is not null) return;
        _ended.TrySetResult();
        foreach (var channel in _channels.Values) channel.Fail(error);
    }

    private static ConnectionException Explain(ExceptionEventArgs e) =>
        new(ConnectionReason.SessionBroken, $"the SSH session broke: {e.Exception.Message}", Connecting.ConnectionHints.For(ConnectionReason.SessionBroken, ""), e.Exception);

    private DataChannel? Find(uint number) => _channels.GetValueOrDefault(number);

    private void Data(ChannelDataMessage message)
    {
        Interlocked.Increment(ref _heard);
        Find(message.LocalChannelNumber)?.OnData(OutputStream.Stdout, message.Data.AsSpan(message.Offset, message.Size));
    }

    private void Data(ChannelExtendedDataMessage message)
    {
        Interlocked.Increment(ref _heard);
        Find(message.LocalChannelNumber)?.OnData(OutputStream.Stderr, message.Data);
    }

    private void Request(ChannelRequestMessage message) => Find(message.LocalChannelNumber)?.OnRequest(message);

    private void Closed(uint number)
    {
        if (_channels.TryRemove(number, out var channel)) channel.OnClosed();
    }
}
