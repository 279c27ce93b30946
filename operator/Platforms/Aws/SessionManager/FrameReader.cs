using System.Buffers;
using System.Net.WebSockets;

namespace ImageOperator.Platforms.Aws.SessionManager;

/// <summary>Reads whole frames off websockets.</summary>
internal sealed class FrameReader(TimeProvider time)
{
    private const int Largest = 1 << 20;

    private readonly byte[] _buffer = new byte[64 * 1024];
    private readonly ArrayBufferWriter<byte> _parts = new();
    private long _lastAt = time.GetTimestamp();

    /// <summary>How long nothing has come.</summary>
    public TimeSpan Quiet => time.GetElapsedTime(Interlocked.Read(ref _lastAt));

    /// <summary>Begins with another websocket.</summary>
    public void Restart() => Interlocked.Exchange(ref _lastAt, time.GetTimestamp());

    /// <returns>The frame; an empty one is text; null: the other side has closed.</returns>
    /// <exception cref="InvalidDataException">A frame is too long.</exception>
    public async Task<ReadOnlyMemory<byte>?> ReadAsync(WebSocket socket, CancellationToken cancellationToken)
    {
        _parts.Clear();
        while (true)
        {
            var part = await socket.ReceiveAsync(_buffer.AsMemory(), cancellationToken).ConfigureAwait(false);
            Interlocked.Exchange(ref _lastAt, time.GetTimestamp());
            if (part.MessageType == WebSocketMessageType.Close) return null;
            if (part.EndOfMessage && _parts.WrittenCount == 0) return part.MessageType == WebSocketMessageType.Binary ? _buffer.AsSpan(0, part.Count).ToArray() : ReadOnlyMemory<byte>.Empty;
            _parts.Write(_buffer.AsSpan(0, part.Count));
            if (_parts.WrittenCount > Largest) throw new InvalidDataException($"a frame is longer than {Largest} bytes");
            if (part.EndOfMessage) return part.MessageType == WebSocketMessageType.Binary ? _parts.WrittenSpan.ToArray() : ReadOnlyMemory<byte>.Empty;
        }
    }
}
