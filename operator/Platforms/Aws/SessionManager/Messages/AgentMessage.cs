using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace ImageOperator.Platforms.Aws.SessionManager.Messages;

/// <summary>
/// A message of a data channel. On the wire all numbers are big-endian: the header's length (4 bytes), the type (32, padded with blanks), the schema (4), the time of
/// its making in milliseconds (8), the sequence number (8), flags (8), the ID (16, its halves swapped), the payload's SHA-256 (32), the payload's type (4) and length (4), the payload.
/// </summary>
/// <param name="Type">One of <see cref="MessageTypes"/>.</param>
/// <param name="Sequence">Counts the messages of data in one direction, from 0.</param>
/// <param name="PayloadType">What the payload is.</param>
/// <param name="Payload">The payload.</param>
internal sealed record AgentMessage(string Type, long Sequence, PayloadType PayloadType, ReadOnlyMemory<byte> Payload)
{
    private const int TypeAt = 4;
    private const int SchemaAt = 36;
    private const int CreatedAt = 40;
    private const int SequenceAt = 48;
    private const int FlagsAt = 56;
    private const int IdAt = 64;
    private const int DigestAt = 80;
    private const int PayloadTypeAt = 112;
    private const int LengthAt = 116;
    private const int HeaderSize = LengthAt + 4;
    private const int TypeSize = SchemaAt - TypeAt;
    private const int HalfId = 8;

    public Guid Id { get; init; } = Guid.NewGuid();

    /// <summary>Bit 0: the first of its stream; bit 1: the last.</summary>
    public ulong Flags { get; init; }

    /// <exception cref="InvalidDataException">These bytes are no message, or its payload is damaged.</exception>
    public static AgentMessage Parse(ReadOnlyMemory<byte> frame)
    {
        var bytes = frame.Span;
        if (bytes.Length < HeaderSize) throw new InvalidDataException($"a message of {bytes.Length} bytes is shorter than its header");
        // The length of the header does not count that of the payload, which follows it.
        var header = BinaryPrimitives.ReadUInt32BigEndian(bytes);
        if (header < PayloadTypeAt || header > bytes.Length - 4) throw new InvalidDataException($"a message's header of {header} bytes does not fit its {bytes.Length} bytes");
        var length = BinaryPrimitives.ReadUInt32BigEndian(bytes[(int)header..]);
        if (length > bytes.Length - header - 4) throw new InvalidDataException($"a message's payload of {length} bytes does not fit its {bytes.Length} bytes");
        var payload = frame.Slice((int)header + 4, (int)length);
        if (length > 0 && !SHA256.HashData(payload.Span).AsSpan().SequenceEqual(bytes.Slice(DigestAt, SHA256.HashSizeInBytes))) throw new InvalidDataException("a message's payload does not fit its digest");
        return new(
            Encoding.UTF8.GetString(bytes.Slice(TypeAt, TypeSize)).Trim('\0', ' '),
            BinaryPrimitives.ReadInt64BigEndian(bytes[SequenceAt..]),
            header >= LengthAt ? (PayloadType)BinaryPrimitives.ReadUInt32BigEndian(bytes[PayloadTypeAt..]) : PayloadType.None,
            payload)
        {
            Id = ReadId(bytes.Slice(IdAt, 2 * HalfId)),
            Flags = BinaryPrimitives.ReadUInt64BigEndian(bytes[FlagsAt..]),
        };
    }

    public byte[] ToBytes(DateTimeOffset created)
    {
        var frame = new byte[HeaderSize + Payload.Length];
        var bytes = frame.AsSpan();
        BinaryPrimitives.WriteUInt32BigEndian(bytes, LengthAt);
        bytes.Slice(TypeAt, TypeSize).Fill((byte)' ');
        Encoding.UTF8.GetBytes(Type, bytes.Slice(TypeAt, TypeSize));
        BinaryPrimitives.WriteUInt32BigEndian(bytes[SchemaAt..], 1);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[CreatedAt..], (ulong)created.ToUnixTimeMilliseconds());
        BinaryPrimitives.WriteInt64BigEndian(bytes[SequenceAt..], Sequence);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[FlagsAt..], Flags);
        WriteId(bytes.Slice(IdAt, 2 * HalfId));
        SHA256.HashData(Payload.Span, bytes[DigestAt..]);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[PayloadTypeAt..], (uint)PayloadType);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[LengthAt..], (uint)Payload.Length);
        Payload.Span.CopyTo(bytes[HeaderSize..]);
        return frame;
    }

    private static Guid ReadId(ReadOnlySpan<byte> wire) => new([.. wire[HalfId..], .. wire[..HalfId]], bigEndian: true);

    private void WriteId(Span<byte> wire)
    {
        Span<byte> id = stackalloc byte[2 * HalfId];
        Id.TryWriteBytes(id, bigEndian: true, out _);
        id[HalfId..].CopyTo(wire);
        id[..HalfId].CopyTo(wire[HalfId..]);
    }
}
