using System.Net.WebSockets;
using ImageOperator.Engine.Failures;
using ImageOperator.Platforms.Gcp.Access;
using ImageOperator.Platforms.Gcp.Calls;
using ImageOperator.Platforms.Gcp.Clients;

namespace ImageOperator.Platforms.Gcp.Tunnels;

/// <summary>One connection through Identity-Aware Proxy. It outlives its WebSocket, which the proxy closes every hour or so: then it is taken up by the session's ID.</summary>
internal sealed class IapConnection(GcpAccess access, GcpLink machine, int port, TimeProvider time) : IDisposable
{
    /// <summary>What was received is acknowledged each time after so much.</summary>
    private const int AckEvery = 2 * IapFrame.MaxData;

    /// <summary>What was sent and not acknowledged is kept for a new WebSocket; more is not read from the client.</summary>
    private const int MaxUnacknowledged = 4 << 20;

    /// <summary>How long a connection that broke is taken up anew.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _sending = new(1);
    private readonly SemaphoreSlim _room = new(0);
    private readonly Queue<byte[]> _unacknowledged = new();
    private readonly Lock _lock = new();
    private readonly TaskCompletionSource _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ClientWebSocket? _socket;
    private string? _session;

    /// <summary>The proxy has answered since the last break.</summary>
    private bool _stands;
    private ulong _received;
    private ulong _acknowledged;

    /// <summary>Where the first of what is not acknowledged stands in all that was sent.</summary>
    private ulong _confirmed;
    private int _kept;

    public async Task RunAsync(Stream client, CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var (up, down) = (UpAsync(client, ending.Token), DownAsync(client, ending.Token));
        try
        {
            await (await Task.WhenAny(up, down).ConfigureAwait(false)).ConfigureAwait(false);
        }
        finally
        {
            await ending.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(up, down).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public void Dispose()
    {
        _socket?.Dispose();
        _sending.Dispose();
        _room.Dispose();
    }

    /// <summary>From the proxy to the client, over as many WebSockets as it takes.</summary>
    private async Task DownAsync(Stream client, CancellationToken cancellationToken)
    {
        var (broken, pause) = (0L, FirstPause);
        while (true)
        {
            try
            {
                await OpenAsync(cancellationToken).ConfigureAwait(false);
                await ReceiveAsync(client, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (Exception e) when (e is WebSocketException or BrokenException && _session is not null && !cancellationToken.IsCancellationRequested)
            {
                // Where it stood meanwhile this is another break.
                if (_stands) (_stands, broken, pause) = (false, time.GetTimestamp(), FirstPause);
                if (time.GetElapsedTime(broken) > Patience) throw;
                await Task.Delay(pause, time, cancellationToken).ConfigureAwait(false);
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
        }
    }

    private async Task OpenAsync(CancellationToken cancellationToken)
    {
        var token = await TokenAsync(cancellationToken).ConfigureAwait(false);
        var socket = new ClientWebSocket();
        try
        {
            socket.Options.AddSubProtocol(IapFrame.Subprotocol);
            socket.Options.SetRequestHeader("Authorization", $"Bearer {token}");
            socket.Options.SetRequestHeader("Origin", "bot:iap-tunneler");
            if (access.CertificateValidation is { } check) socket.Options.RemoteCertificateValidationCallback = check;
            var query = _session is null
                ? $"connect?project={machine.Project}&zone={machine.Zone}&instance={machine.Name}&interface=nic0&port={port}&newWebsocket=True"
                : $"reconnect?sid={Uri.EscapeDataString(_session)}&ack={_received}&zone={machine.Zone}&newWebsocket=True";
            await socket.ConnectAsync(new Uri($"{access.Tunnel.TrimEnd('/')}/v4/{query}"), cancellationToken).ConfigureAwait(false);
            await _sending.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        _socket?.Dispose();
        _socket = socket;
        // Nothing may be sent before the proxy has said how much it has.
    }

    /// <summary>Who cannot be asked for a token right now can be later.</summary>
    private async Task<string> TokenAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await access.TokenAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested && GcpErrors.KindOf(e) == FailureKind.Retryable)
        {
            throw new BrokenException($"there is no token: {e.Message}", e);
        }
    }

    private async Task ReceiveAsync(Stream client, CancellationToken cancellationToken)
    {
        var (buffer, filled, silent) = (new byte[64 * 1024], 0, true);
        try
        {
            while (true)
            {
                if (filled == buffer.Length) throw new BrokenException("a frame is longer than the protocol allows");
                var got = await _socket!.ReceiveAsync(buffer.AsMemory(filled), cancellationToken).ConfigureAwait(false);
                if (got.MessageType == WebSocketMessageType.Close)
                {
                    if (_socket.CloseStatus == WebSocketCloseStatus.NormalClosure) return;
                    throw new BrokenException($"the proxy closed it: {(int?)_socket.CloseStatus} {_socket.CloseStatusDescription}");
                }

                filled += got.Count;
                ReadOnlyMemory<byte> rest = buffer.AsMemory(0, filled);
                while (IapFrame.TryTake(ref rest, out var tag, out var number, out var content))
                {
                    switch (tag)
                    {
                        case IapFrame.Connected:
                            _session = System.Text.Encoding.ASCII.GetString(content.Span);
                            _connected.TrySetResult();
                            break;
                        case IapFrame.Reconnected:
                            Confirm(number);
                            foreach (var kept in Kept()) await _socket.SendAsync(IapFrame.OfData(kept), WebSocketMessageType.Binary, endOfMessage: true, cancellationToken).ConfigureAwait(false);
                            break;
                        case IapFrame.Ack:
                            Confirm(number);
                            break;
                        case IapFrame.Data:
                            await client.WriteAsync(content, cancellationToken).ConfigureAwait(false);
                            _received += (ulong)content.Length;
                            break;
                    }

                    if (silent && tag is IapFrame.Connected or IapFrame.Reconnected)
                    {
                        (silent, _stands) = (false, true);
                        _sending.Release();
                    }
                }

                rest.CopyTo(buffer);
                filled = rest.Length;
                if (_received - _acknowledged <= AckEvery || silent) continue;
                _acknowledged = _received;
                await SendAsync(IapFrame.OfAck(_received), cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            if (silent) _sending.Release();
        }
    }

    /// <summary>From the client to the proxy. What is sent while there is no WebSocket goes with the next.</summary>
    private async Task UpAsync(Stream client, CancellationToken cancellationToken)
    {
        await _connected.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        var buffer = new byte[IapFrame.MaxData];
        while (await client.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is > 0 and var read)
        {
            var data = buffer[..read];
            while (IsFull) await _room.WaitAsync(cancellationToken).ConfigureAwait(false);
            await _sending.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                lock (_lock)
                {
                    _unacknowledged.Enqueue(data);
                    _kept += read;
                }

                await SendOrKeepAsync(IapFrame.OfData(data), cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                _sending.Release();
            }
        }
    }

    private async Task SendAsync(byte[] frame, CancellationToken cancellationToken)
    {
        await _sending.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await SendOrKeepAsync(frame, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _sending.Release();
        }
    }

    private async Task SendOrKeepAsync(byte[] frame, CancellationToken cancellationToken)
    {
        try
        {
            await _socket!.SendAsync(frame, WebSocketMessageType.Binary, endOfMessage: true, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is WebSocketException or ObjectDisposedException or InvalidOperationException)
        {
            // The receiving side notices, too, and opens another.
        }
    }

    private bool IsFull
    {
        get
        {
            lock (_lock) return _kept > MaxUnacknowledged;
        }
    }

    private byte[][] Kept()
    {
        lock (_lock) return [.. _unacknowledged];
    }

    private void Confirm(ulong total)
    {
        lock (_lock)
        {
            while (_unacknowledged.TryPeek(out var first) && _confirmed + (ulong)first.Length <= total)
            {
                _confirmed += (ulong)first.Length;
                _kept -= first.Length;
                _unacknowledged.Dequeue();
            }

            // In the midst of one: the rest of it stays.
            if (total > _confirmed && _unacknowledged.Count > 0)
            {
                var rest = _unacknowledged.ToArray();
                rest[0] = rest[0][(int)(total - _confirmed)..];
                _kept -= (int)(total - _confirmed);
                _confirmed = total;
                _unacknowledged.Clear();
                foreach (var data in rest) _unacknowledged.Enqueue(data);
            }
        }

        if (_room.CurrentCount == 0) _room.Release();
    }

    private sealed class BrokenException(string message, Exception? inner = null) : IOException(message, inner);
}
