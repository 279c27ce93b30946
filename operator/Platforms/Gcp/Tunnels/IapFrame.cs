using System.Buffers.Binary;

namespace ImageOperator.Platforms.Gcp.Tunnels;

/// <summary>The frames of Identity-Aware Proxy's TCP forwarding, version 4: a tag, then a number or a text with its length, all big-endian.</summary>
internal static class IapFrame
{
    public const string Subprotocol = "relay.tunnel.cloudproxy.app";

    /// <summary>The session's ID: the connection to the machine stands.</summary>
    public const ushort Connected = 1;

    /// <summary>How much of ours the other side has: the connection stands again.</summary>
    public const ushort Reconnected = 2;

    public const ushort Data = 4;

    /// <summary>How much of ours the other side has.</summary>
    public const ushort Ack = 7;

    /// <summary>No frame has more data.</summary>
    public const int MaxData = 16384;

    public static byte[] OfData(ReadOnlySpan<byte> data)
    {
        var frame = new byte[6 + data.Length];
        BinaryPrimitives.WriteUInt16BigEndian(frame, Data);
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(2), (uint)data.Length);
        data.CopyTo(frame.AsSpan(6));
        return frame;
    }

    public static byte[] OfAck(ulong received)
    {
        var frame = new byte[10];
        BinaryPrimitives.WriteUInt16BigEndian(frame, Ack);
        BinaryPrimitives.WriteUInt64BigEndian(frame.AsSpan(2), received);
        return frame;
    }

    /// <summary>Takes the next frame off; false while it is not whole. Tags that are not known are left out with all that follows, as the protocol asks.</summary>
    public static bool TryTake(ref ReadOnlyMemory<byte> buffer, out ushort tag, out ulong number, out ReadOnlyMemory<byte> content)
    {
        (tag, number, content) = (0, 0, default);
        var span = buffer.Span;
        if (span.Length < 2) return false;
        tag = BinaryPrimitives.ReadUInt16BigEndian(span);
        switch (tag)
        {
            case Reconnected or Ack:
                if (span.Length < 10) return false;
                number = BinaryPrimitives.ReadUInt64BigEndian(span[2..]);
                buffer = buffer[10..];
                return true;
            case Connected or Data:
                if (span.Length < 6) return false;
                var length = BinaryPrimitives.ReadUInt32BigEndian(span[2..]);
                if (span.Length - 6 < length) return false;
                content = buffer.Slice(6, (int)length);
                buffer = buffer[(6 + (int)length)..];
                return true;
            default:
                buffer = default;
                return true;
        }
    }
}
