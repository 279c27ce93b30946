using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;

namespace ImageOperator.Platforms.Contract.Tests.Gcp.Cloud;

/// <summary>Identity-Aware Proxy's TCP forwarding: a WebSocket per connection, which is taken up again by the session's ID after a break.</summary>
internal sealed class IapRelay : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly GoogleState _state;
    private int _away;
    private readonly ConcurrentDictionary<string, Session> _sessions = new();

    public IapRelay(GoogleState state)
    {
        _state = state;
        using (var probe = new TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            Address = string.Create(CultureInfo.InvariantCulture, $"ws://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}");
        }

        _listener.Prefixes.Add(Address.Replace("ws:", "http:", StringComparison.Ordinal) + "/");
        _listener.Start();
        _ = AcceptAsync();
    }

    public string Address { get; }

    /// <summary>Who asked, and how: <c>connect web-1 22 bot:iap-tunneler Bearer …</c>.</summary>
    public ConcurrentQueue<string> Asked { get; } = new();

    /// <summary>The first WebSocket breaks after so many bytes to the client; never if 0.</summary>
    public int BreakAfter { get; set; }

    /// <summary>Says no, as where a role is missing.</summary>
    public bool Refuses { get; set; }

    /// <summary>How many times nothing is taken up again: the proxy has no room.</summary>
    public int Away
    {
        get => Volatile.Read(ref _away);
        set => _away = value;
    }

    public void Dispose() => ((IDisposable)_listener).Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _ = ServeAsync(await _listener.GetContextAsync());
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
        {
            // Disposed of.
        }
    }

    private async Task ServeAsync(HttpListenerContext context)
    {
        var (query, verb) = (context.Request.QueryString, context.Request.Url!.Segments[^1]);
        Asked.Enqueue($"{verb} {query["instance"]} {query["port"]} {context.Request.Headers["Origin"]} {context.Request.Headers["Authorization"]}");
        if (verb == "reconnect" && Interlocked.Decrement(ref _away) >= 0)
        {
            context.Response.StatusCode = 503;
            context.Response.Close();
            return;
        }

        var socket = (await context.AcceptWebSocketAsync("relay.tunnel.cloudproxy.app")).WebSocket;
        if (Refuses)
        {
            await socket.CloseAsync((WebSocketCloseStatus)4033, "'not authorized'", CancellationToken.None);
            return;
        }

        try
        {
            if (verb == "connect") await ConnectAsync(socket, query, context.Response.Abort);
            else await _sessions[query["sid"]!].TakeUpAsync(socket, ulong.Parse(query["ack"]!, CultureInfo.InvariantCulture));
        }
        catch (Exception e) when (e is WebSocketException or IOException or SocketException or ObjectDisposedException or HttpListenerException or OperationCanceledException)
        {
            // Broken: the client may come again.
        }
    }

    private async Task ConnectAsync(WebSocket socket, System.Collections.Specialized.NameValueCollection query, Action abort)
    {
        var link = $"projects/{query["project"]}/zones/{query["zone"]}/instances/{query["instance"]}";
        var tcp = new TcpClient();
        await tcp.ConnectAsync((string)_state.Resources[link].Body["networkInterfaces"]![0]!["networkIP"]!, int.Parse(query["port"]!, CultureInfo.InvariantCulture));
        var id = Guid.NewGuid().ToString("n");
        var session = _sessions[id] = new(tcp, BreakAfter, abort);
        await session.BeginAsync(socket, id);
    }

    private sealed class Session(TcpClient tcp, int breakAfter, Action abort)
    {
        private readonly SemaphoreSlim _sending = new(1);
        private readonly List<byte> _sent = [];
        private WebSocket? _socket;
        private ulong _received;
        private bool _broken;

        public async Task BeginAsync(WebSocket socket, string id)
        {
            _socket = socket;
            await SendAsync(Frame(1, Encoding.ASCII.GetBytes(id)));
            _ = DownAsync();
            await UpAsync(socket);
        }

        public async Task TakeUpAsync(WebSocket socket, ulong acknowledged)
        {
            await _sending.WaitAsync();
            try
            {
                await socket.SendAsync(Number(2, _received), WebSocketMessageType.Binary, true, CancellationToken.None);
                foreach (var part in _sent.Skip((int)acknowledged).Chunk(16384)) await socket.SendAsync(Frame(4, part), WebSocketMessageType.Binary, true, CancellationToken.None);
                _socket = socket;
            }
            finally
            {
                _sending.Release();
            }

            await UpAsync(socket);
        }

        private async Task DownAsync()
        {
            var buffer = new byte[8000];
            while (await tcp.GetStream().ReadAsync(buffer) is > 0 and var read)
            {
                await _sending.WaitAsync();
                try
                {
                    _sent.AddRange(buffer[..read]);
                    if (!_broken && breakAfter > 0 && _sent.Count > breakAfter)
                    {
                        _broken = true;
                        _socket!.Abort();
                        abort();
                    }

                    if (_socket!.State == WebSocketState.Open) await _socket.SendAsync(Frame(4, buffer[..read]), WebSocketMessageType.Binary, true, CancellationToken.None);
                }
                catch (Exception e) when (e is WebSocketException or ObjectDisposedException or IOException)
                {
                    // It goes with the next one.
                }
                finally
                {
                    _sending.Release();
                }
            }

            if (_socket!.State == WebSocketState.Open) await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", CancellationToken.None);
        }

        private async Task UpAsync(WebSocket socket)
        {
            var (buffer, filled) = (new byte[64 * 1024], 0);
            var acknowledged = _received;
            while (true)
            {
                var got = await socket.ReceiveAsync(buffer.AsMemory(filled), CancellationToken.None);
                if (got.MessageType == WebSocketMessageType.Close) return;
                filled += got.Count;
                if (!got.EndOfMessage) continue;
                // A message is one frame here, as the client sends them.
                if (BinaryPrimitives.ReadUInt16BigEndian(buffer) == 4)
                {
                    var length = (int)BinaryPrimitives.ReadUInt32BigEndian(buffer.AsSpan(2));
                    Assert.Equal(filled, length + 6);
                    await tcp.GetStream().WriteAsync(buffer.AsMemory(6, length));
                    _received += (ulong)length;
                    if (_received - acknowledged > 32768) await SendAsync(Number(7, acknowledged = _received));
                }

                filled = 0;
            }
        }

        private async Task SendAsync(byte[] frame)
        {
            await _sending.WaitAsync();
            try
            {
                await _socket!.SendAsync(frame, WebSocketMessageType.Binary, true, CancellationToken.None);
            }
            finally
            {
                _sending.Release();
            }
        }

        private static byte[] Frame(ushort tag, byte[] content)
        {
            var frame = new byte[6 + content.Length];
            BinaryPrimitives.WriteUInt16BigEndian(frame, tag);
            BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(2), (uint)content.Length);
            content.CopyTo(frame, 6);
            return frame;
        }

        private static byte[] Number(ushort tag, ulong number)
        {
            var frame = new byte[10];
            BinaryPrimitives.WriteUInt16BigEndian(frame, tag);
            BinaryPrimitives.WriteUInt64BigEndian(frame.AsSpan(2), number);
            return frame;
        }
    }
}
