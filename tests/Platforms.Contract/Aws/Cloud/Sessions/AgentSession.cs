using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text.Json;

namespace ImageOperator.Platforms.Contract.Tests.Aws.Cloud.Sessions;

/// <summary>
/// The agent's end of a session, with the ways of the real one: it shakes hands, connects to the port once, acknowledges what is new (and only that), puts
/// data into order, sends again only its oldest message and only every tenth of a second, and ends the session with the connection.
/// </summary>
internal sealed class AgentSession(string id, string instance, string host, int port, Trouble trouble)
{
    private const int PayloadSize = 1024;

    private readonly SemaphoreSlim _sending = new(1);
    private readonly Lock _lock = new();
    private readonly SortedDictionary<long, (WireMessage Message, long SentAt)> _outgoing = [];
    private readonly SortedDictionary<long, WireMessage> _early = [];
    private readonly TaskCompletionSource _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _end = new();
    private readonly HashSet<int> _broken = [];
    private WebSocket? _client;
    private Socket? _connection;
    private WireMessage? _held;
    private string? _token;
    private long _expected;
    private long _next;
    private int _inputs;
    private int _outputs;
    private int _acknowledgements;
    private bool _begun;
    private volatile bool _away;

    public string Id { get; } = id;

    public string Instance { get; } = instance;

    public bool IsOver => _end.IsCancellationRequested;

    /// <summary>The last token that was given.</summary>
    public string LastToken { get; private set; } = "";

    /// <summary>How often a client came back.</summary>
    public int Resumed { get; private set; }

    /// <summary>The bytes that came for the port.</summary>
    public long Received { get; private set; }

    /// <summary>A token for the next websocket; earlier ones are worth nothing.</summary>
    public string NewToken() => _token = LastToken = Convert.ToHexString(System.Security.Cryptography.RandomNumberGenerator.GetBytes(24));

    /// <summary>Serves a websocket until it ends.</summary>
    public async Task ServeAsync(WebSocket socket)
    {
        // One that was killed goes without a word.
        if (await ReadAsync(socket) is not { Length: > 0 } opening) return;
        using var content = JsonDocument.Parse(opening);
        if (IsOver || _token is null || content.RootElement.GetProperty("TokenValue").GetString() != _token || content.RootElement.GetProperty("MessageSchemaVersion").GetString() != "1.0" || content.RootElement.GetProperty("ClientId").GetString() is null)
        {
            await socket.CloseAsync(WebSocketCloseStatus.PolicyViolation, "the token is not valid", CancellationToken.None);
            return;
        }

        _token = null;
        if (_client is not null) Resumed++;
        _client = socket;
        if (!_begun)
        {
            _begun = true;
            _ = BeginAsync();
        }
        else
        {
            await SendAsync(new("start_publication", 0, 0, []));
        }

        while (await ReadAsync(socket) is { } frame) await TakeAsync(WireMessage.Read(frame), socket);
    }

    /// <summary>Ends the session, as the service does when it is told to.</summary>
    public async Task EndAsync(string output)
    {
        if (IsOver) return;
        var closed = JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object>
        {
            ["MessageId"] = Guid.NewGuid().ToString(),
            ["CreatedDate"] = "2026-11-23T04:00:00.000Z",
            ["DestinationId"] = Instance,
            ["SessionId"] = Id,
            ["MessageType"] = "channel_closed",
            ["SchemaVersion"] = 1,
            ["Output"] = output,
        });
        await SendAsync(new("channel_closed", 0, 0, closed));
        await _end.CancelAsync();
        _connection?.Dispose();
    }

    private async Task BeginAsync()
    {
        try
        {
            if (trouble.Hang) return;
            _ = SendAgainAsync();
            var actions = new List<object> { new { ActionType = "SessionType", ActionParameters = new { SessionType = "Port", Properties = new { portNumber = $"{port}" } } } };
            if (trouble.AskForEncryption) actions.Add(new { ActionType = "KMSEncryption", ActionParameters = new { KMSKeyId = "k" } });
            await SendDataAsync(5, JsonSerializer.SerializeToUtf8Bytes(new { AgentVersion = "3.3.1611.0", RequestedClientActions = actions }));
            await _answered.Task.WaitAsync(TimeSpan.FromSeconds(15), _end.Token);
            await SendDataAsync(7, JsonSerializer.SerializeToUtf8Bytes(new { HandshakeTimeToComplete = 1_000_000, CustomerMessage = "" }));
            var connection = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await connection.ConnectAsync(host, port, _end.Token);
            _connection = connection;
            _connected.SetResult();
            await PumpAsync(connection);
            await EndAsync("");
        }
        catch (Exception e) when (e is SocketException or TimeoutException or InvalidOperationException)
        {
            await EndAsync(_connection is null ? $"Unable to connect to specified port: dial tcp localhost:{port}: {e.Message}" : "");
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            // Ended.
        }
    }

    private async Task PumpAsync(Socket connection)
    {
        while (true)
        {
            // With nobody at the other end it reads nothing more.
            while (_away || _client is not { State: WebSocketState.Open }) await Task.Delay(10, _end.Token);
            var buffer = new byte[PayloadSize];
            var read = await connection.ReceiveAsync(buffer, _end.Token);
            if (read == 0) return;
            await SendDataAsync(1, buffer[..read]);
        }
    }

    private async Task TakeAsync(WireMessage message, WebSocket socket)
    {
        switch (message.Type)
        {
            case "acknowledge":
                using (var content = JsonDocument.Parse(message.Payload))
                {
                    Assert.Equal((3UL, 0L, "output_stream_data"), (message.Flags, message.Sequence, content.RootElement.GetProperty("AcknowledgedMessageType").GetString()));
                    lock (_lock)
                    {
                        var sequence = content.RootElement.GetProperty("AcknowledgedMessageSequenceNumber").GetInt64();
                        if (_outgoing.TryGetValue(sequence, out var sent)) Assert.Equal(sent.Message.IdText, content.RootElement.GetProperty("AcknowledgedMessageId").GetString());
                        _outgoing.Remove(sequence);
                    }
                }

                break;
            case "input_stream_data":
                await TakeInputAsync(message, socket);
                break;
            default:
                Assert.Fail($"a client sends no {message.Type}");
                break;
        }
    }

    private async Task TakeInputAsync(WireMessage message, WebSocket socket)
    {
        _inputs++;
        if (trouble.BreakAfter.FirstOrDefault(n => n <= _inputs && _broken.Add(n)) > 0)
        {
            socket.Abort();
            return;
        }

        if (_inputs == trouble.CloseAfter)
        {
            await EndAsync("the session was ended by an administrator");
            return;
        }

        if (_inputs == trouble.PauseAfter) await GoAwayAsync();
        if (_away || Trouble.Hits(trouble.LoseInput, _inputs)) return;
        if (message.Sequence < _expected) return;
        if (message.Sequence > _expected)
        {
            _early[message.Sequence] = message;
            await AcknowledgeAsync(message);
            return;
        }

        // What has no connection yet is not acknowledged, and comes again.
        if (!await WorkAsync(message)) return;
        _expected++;
        await AcknowledgeAsync(message);
        while (_early.Remove(_expected, out var next))
        {
            await WorkAsync(next);
            _expected++;
        }
    }

    private async Task<bool> WorkAsync(WireMessage message)
    {
        switch (message.PayloadType)
        {
            case 6:
                using (var answer = JsonDocument.Parse(message.Payload))
                {
                    var refused = answer.RootElement.GetProperty("ProcessedClientActions").EnumerateArray().Any(a => a.GetProperty("ActionStatus").GetInt32() != 1);
                    if (refused) _answered.TrySetException(new InvalidOperationException("KMSEncryption failed on client with status 3"));
                    else _answered.TrySetResult();
                }

                return true;
            case 1:
                if (_connection is not { } connection) return false;
                Received += message.Payload.Length;
                for (var rest = message.Payload.AsMemory(); !rest.IsEmpty;) rest = rest[await connection.SendAsync(rest, _end.Token)..];
                return true;
            default:
                return true;
        }
    }

    private async Task GoAwayAsync()
    {
        _away = true;
        await SendAsync(new("pause_publication", 0, 0, []));
        _ = Task.Delay(300).ContinueWith(
            async _ =>
            {
                _away = false;
                await SendAsync(new("start_publication", 0, 0, []));
            },
            TaskScheduler.Default);
    }

    private async Task AcknowledgeAsync(WireMessage message)
    {
        if (Trouble.Hits(trouble.LoseAcknowledgement, ++_acknowledgements)) return;
        var content = JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object>
        {
            ["AcknowledgedMessageType"] = message.Type,
            ["AcknowledgedMessageId"] = message.IdText,
            ["AcknowledgedMessageSequenceNumber"] = message.Sequence,
            ["IsSequentialMessage"] = true,
        });
        await SendAsync(new("acknowledge", 0, 0, content) { Flags = 3 });
    }

    private async Task SendDataAsync(uint payloadType, byte[] payload)
    {
        WireMessage message;
        lock (_lock)
        {
            message = new("output_stream_data", _next++, payloadType, payload) { Flags = _next == 1 ? 1UL : 0 };
            _outgoing[message.Sequence] = (message, Environment.TickCount64);
        }

        _outputs++;
        if (trouble.BreakOutputAfter.FirstOrDefault(n => n <= _outputs && _broken.Add(-n)) > 0)
        {
            _client?.Abort();
            return;
        }

        if (Trouble.Hits(trouble.LoseOutput, _outputs)) return;
        if (Trouble.Hits(trouble.SwapOutput, _outputs) && _held is null)
        {
            _held = message;
            return;
        }

        await SendAsync(message);
        if (Trouble.Hits(trouble.DoubleOutput, _outputs)) await SendAsync(message);
        if (_held is not { } held) return;
        _held = null;
        await SendAsync(held);
    }

    private async Task SendAgainAsync()
    {
        while (!IsOver)
        {
            await Task.Delay(100, _end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            WireMessage? oldest = null;
            lock (_lock)
            {
                if (!_away && _outgoing.Count > 0 && _outgoing.First().Value is var (message, at) && Environment.TickCount64 - at > 200)
                {
                    _outgoing[message.Sequence] = (message, Environment.TickCount64);
                    oldest = message;
                }
            }

            if (oldest is not null) await SendAsync(oldest);
        }
    }

    private async Task SendAsync(WireMessage message)
    {
        await _sending.WaitAsync();
        try
        {
            if (_client is { State: WebSocketState.Open } client) await client.SendAsync(message.Write(), WebSocketMessageType.Binary, true, CancellationToken.None);
        }
        catch (Exception e) when (e is WebSocketException or IOException or ObjectDisposedException or OperationCanceledException)
        {
            // The client has gone; it may come back.
        }
        finally
        {
            _sending.Release();
        }
    }

    /// <returns>Null at the end.</returns>
    private static async Task<byte[]?> ReadAsync(WebSocket socket)
    {
        var (buffer, length) = (new byte[256 * 1024], 0);
        try
        {
            while (true)
            {
                var part = await socket.ReceiveAsync(buffer.AsMemory(length), CancellationToken.None);
                if (part.MessageType == WebSocketMessageType.Close) return null;
                length += part.Count;
                if (part.EndOfMessage) return buffer[..length];
            }
        }
        catch (Exception e) when (e is WebSocketException or IOException or ObjectDisposedException or OperationCanceledException)
        {
            return null;
        }
    }
}
