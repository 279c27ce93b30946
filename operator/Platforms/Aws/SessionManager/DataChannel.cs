using System.Net.WebSockets;
using System.Threading.Channels;
using ImageOperator.Platforms.Aws.SessionManager.Messages;

namespace ImageOperator.Platforms.Aws.SessionManager;

/// <summary>
/// A session's stream of bytes to a port of a machine: numbered messages, acknowledged by either side and sent again without that. A websocket that breaks is
/// replaced, and nothing is lost or doubled.
/// </summary>
internal sealed class DataChannel : IAsyncDisposable
{
    /// <summary>The largest payload that agents and their clients send.</summary>
    private const int LargestPayload = 1024;

    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>So long without any message while some is awaited, and the connection is broken: sooner than who uses it gives up.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan ResumePatience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private readonly ISessionLink _link;
    private readonly TimeProvider _time;
    private readonly Action<string> _say;
    private readonly CancellationTokenSource _closing = new();
    private readonly OutgoingMessages _outgoing;
    private readonly IncomingMessages _incoming = new();
    private readonly SemaphoreSlim _sending = new(1);
    private readonly Channel<ReadOnlyMemory<byte>> _output = Channel.CreateBounded<ReadOnlyMemory<byte>>(new BoundedChannelOptions(1024) { SingleReader = true, SingleWriter = true });
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _spoken = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<SessionEnd> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly FrameReader _reader;
    private WebSocket? _socket;
    private Task _running = Task.CompletedTask;
    private int _disposed;

    /// <param name="link">Opens the session's websockets.</param>
    /// <param name="time">The clock.</param>
    /// <param name="say">Is told of breaks.</param>
    public DataChannel(ISessionLink link, TimeProvider time, Action<string> say) => (_link, _time, _say, _outgoing, _reader) = (link, time, say, new OutgoingMessages(time), new FrameReader(time));

    /// <summary>Completes when the agent and we have agreed on what the session is.</summary>
    public Task Ready => _ready.Task;

    /// <summary>Completes when the machine's port has said something.</summary>
    public Task Spoken => _spoken.Task;

    /// <summary>Completes when the session is over, with the cause.</summary>
    public Task<SessionEnd> Ended => _ended.Task;

    /// <summary>What the machine's port says; ends with the session.</summary>
    public ChannelReader<ReadOnlyMemory<byte>> Output => _output.Reader;

    /// <summary>Opens the first websocket; what it brings is worked on from then on.</summary>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        _socket = await _link.OpenAsync(cancellationToken).ConfigureAwait(false);
        _running = Task.WhenAll(RunAsync(_socket), SendAgainAsync());
    }

    /// <summary>Sends bytes to the machine's port; returns when there is room for more.</summary>
    public async Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (!bytes.IsEmpty)
        {
            var part = bytes[..Math.Min(LargestPayload, bytes.Length)];
            bytes = bytes[part.Length..];
            await _outgoing.WaitForRoomAsync(cancellationToken).ConfigureAwait(false);
            await SendAsync(_outgoing.Add(PayloadType.Output, part), cancellationToken).ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        await _closing.CancelAsync().ConfigureAwait(false);
        _socket?.Dispose();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        End(new("it was closed", IsOurs: true));
    }

    private async Task RunAsync(WebSocket socket)
    {
        try
        {
            while (true)
            {
                var broken = await ReceiveAsync(socket).ConfigureAwait(false);
                if (broken is null) return;
                socket.Dispose();
                if (await ResumeAsync(broken).ConfigureAwait(false) is not { } next) return;
                _socket = socket = next;
                // What was sent into the broken one meanwhile is sent again.
                _outgoing.Reconnected();
                _reader.Restart();
                _say($"the tunnel's session {_link.SessionId} goes on after a break: {broken}");
            }
        }
        catch (OperationCanceledException)
        {
            End(new("it was closed", IsOurs: true));
        }
        catch (Exception e)
        {
            End(new(e.Message) { Error = e });
        }
        finally
        {
            socket.Dispose();
        }
    }

    /// <returns>Why the websocket is of no more use; null: the session is over.</returns>
    private async Task<string?> ReceiveAsync(WebSocket socket)
    {
        try
        {
            while (await _reader.ReadAsync(socket, _closing.Token).ConfigureAwait(false) is { } frame)
            {
                if (frame.IsEmpty) continue;
                if (!await TakeAsync(AgentMessage.Parse(frame)).ConfigureAwait(false)) return null;
            }

            return $"the service closed it{(socket.CloseStatusDescription is { Length: > 0 } why ? $": {why}" : "")}";
        }
        catch (Exception e) when (!_closing.IsCancellationRequested && (IsBreak(e) || e is InvalidDataException))
        {
            return e.Message;
        }
    }

    /// <returns>Whether there is more to come.</returns>
    private async Task<bool> TakeAsync(AgentMessage message)
    {
        switch (message.Type)
        {
            case MessageTypes.Output:
                if (!_incoming.Take(message)) return true;
                await SendAsync(Acknowledgement.Of(message).ToBytes(_time.GetUtcNow()), _closing.Token).ConfigureAwait(false);
                while (_incoming.Next() is { } next) await WorkAsync(next).ConfigureAwait(false);
                return true;
            case MessageTypes.Acknowledge:
                if (Acknowledgement.SequenceOf(message) is { } sequence) _outgoing.Acknowledge(sequence);
                return true;
            case MessageTypes.PausePublication or MessageTypes.StartPublication:
                _outgoing.Pause(message.Type == MessageTypes.PausePublication);
                return true;
            case MessageTypes.ChannelClosed:
                End(SessionEnd.Of(message));
                return false;
            default:
                return true;
        }
    }

    private async Task WorkAsync(AgentMessage message)
    {
        switch (message.PayloadType)
        {
            case PayloadType.HandshakeRequest:
                var answer = Handshake.Answer(message.Payload.Span);
                await SendAsync(_outgoing.Add(PayloadType.HandshakeResponse, answer.Response), _closing.Token).ConfigureAwait(false);
                if (answer.Refused is { } refused) _ready.TrySetException(new SessionRefusedException(refused));
                break;
            case PayloadType.HandshakeComplete:
                _ready.TrySetResult();
                break;
            case PayloadType.Output:
                await _output.Writer.WriteAsync(message.Payload, _closing.Token).ConfigureAwait(false);
                _spoken.TrySetResult();
                break;
        }
    }

    /// <summary>A send that fails is no failure: who receives notices the break, and all is sent again.</summary>
    private async Task SendAsync(byte[] frame, CancellationToken cancellationToken)
    {
        await _sending.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_socket is { State: WebSocketState.Open } socket) await socket.SendAsync(frame, WebSocketMessageType.Binary, endOfMessage: true, _closing.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (!_closing.IsCancellationRequested && IsBreak(e))
        {
            // It is noticed where it is read from.
        }
        finally
        {
            _sending.Release();
        }
    }

    // Of a socket that breaks while it is sent on, the library says that it was cancelled.
    private static bool IsBreak(Exception e) => e is WebSocketException or IOException or ObjectDisposedException or OperationCanceledException;

    private async Task SendAgainAsync()
    {
        while (!_ended.Task.IsCompleted)
        {
            await _outgoing.WaitForAnyAsync(_closing.Token).ConfigureAwait(false);
            foreach (var frame in _outgoing.TakeOverdue()) await SendAsync(frame, _closing.Token).ConfigureAwait(false);
            // Its end wakes who reads.
            if (_reader.Quiet > Silence && _outgoing.Waiting > Silence) _socket?.Abort();
            await Task.Delay(LookInterval, _time, _closing.Token).ConfigureAwait(false);
        }
    }

    private async Task<WebSocket?> ResumeAsync(string broken)
    {
        var start = _time.GetTimestamp();
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                if (await _link.ResumeAsync(_closing.Token).ConfigureAwait(false) is { } socket) return socket;
                End(new($"it broke ({broken}) and cannot be resumed: the session is over"));
                return null;
            }
            catch (Exception e) when (!_closing.IsCancellationRequested)
            {
                if (_time.GetElapsedTime(start) + pause > ResumePatience || e is Engine.Failures.PlatformException { Kind: not Engine.Failures.FailureKind.Retryable })
                {
                    End(new($"it broke ({broken}) and cannot be resumed: {e.Message}") { Error = e });
                    return null;
                }

                await Task.Delay(pause, _time, _closing.Token).ConfigureAwait(false);
            }
        }
    }

    private void End(SessionEnd end)
    {
        if (!_ended.TrySetResult(end)) return;
        _output.Writer.TryComplete(end.IsOurs ? null : new IOException($"the tunnel's session ended: {end.Reason}", end.Error));
        _ready.TrySetException(new SessionRefusedException(end.Reason));
        // Nobody may be waiting for it.
        _ = _ready.Task.Exception;
    }
}
