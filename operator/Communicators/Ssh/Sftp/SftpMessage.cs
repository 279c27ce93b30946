using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace ImageOperator.Communicators.Ssh.Sftp;

/// <summary>Types of SFTP version 3 (draft-ietf-secsh-filexfer-02), as OpenSSH speaks it.</summary>
internal enum SftpType : byte
{
    Init = 1,
    Version = 2,
    Open = 3,
    Close = 4,
    Read = 5,
    Write = 6,
    LStat = 7,
    SetStat = 9,
    OpenDir = 11,
    ReadDir = 12,
    Remove = 13,
    MkDir = 14,
    Stat = 17,
    Rename = 18,
    ReadLink = 19,
    SymLink = 20,
    Status = 101,
    Handle = 102,
    Data = 103,
    Name = 104,
    Attributes = 105,
    Extended = 200,
}

/// <summary>Puts the fields of a request together.</summary>
internal sealed class SftpWriter
{
    private readonly ArrayBufferWriter<byte> _bytes = new();

    public ReadOnlySpan<byte> Written => _bytes.WrittenSpan;

    public SftpWriter UInt32(uint value)
    {
        BinaryPrimitives.WriteUInt32BigEndian(_bytes.GetSpan(4), value);
        _bytes.Advance(4);
        return this;
    }

    public SftpWriter UInt64(ulong value)
    {
        BinaryPrimitives.WriteUInt64BigEndian(_bytes.GetSpan(8), value);
        _bytes.Advance(8);
        return this;
    }

    public SftpWriter Bytes(ReadOnlySpan<byte> value)
    {
        UInt32((uint)value.Length);
        _bytes.Write(value);
        return this;
    }

    public SftpWriter Text(string value) => Bytes(Encoding.UTF8.GetBytes(value));

    /// <summary>Attributes with permissions only; without any where there are none.</summary>
    public SftpWriter Mode(int? mode) => mode is { } bits ? UInt32(4).UInt32((uint)bits) : UInt32(0);
}

/// <summary>Takes the fields of an answer apart.</summary>
internal sealed class SftpReader(SftpType type, byte[] bytes)
{
    private int _at;

    public SftpType Type => type;

    public uint UInt32()
    {
        _at += 4;
        return BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(_at - 4));
    }

    public ulong UInt64()
    {
        _at += 8;
        return BinaryPrimitives.ReadUInt64BigEndian(bytes.AsSpan(_at - 8));
    }

    public byte[] Bytes()
    {
        var size = (int)UInt32();
        _at += size;
        return bytes[(_at - size).._at];
    }

    public string Text() => Encoding.UTF8.GetString(Bytes());

    public SftpAttributes Attributes()
    {
        var flags = UInt32();
        var size = (flags & 1) != 0 ? (long)UInt64() : 0;
        if ((flags & 2) != 0) UInt64();
        var mode = (flags & 4) != 0 ? (int)UInt32() : 0;
        if ((flags & 8) != 0) UInt64();
        for (var more = (flags & 0x80000000) != 0 ? UInt32() : 0; more > 0; more--)
        {
            Bytes();
            Bytes();
        }

        return new(size, mode);
    }
}

/// <summary>What there is to know of a file.</summary>
internal readonly record struct SftpAttributes(long Size, int Mode)
{
    private const int KindMask = 0xF000;

    public bool IsFolder => (Mode & KindMask) == 0x4000;

    public bool IsFile => (Mode & KindMask) == 0x8000;

    public bool IsLink => (Mode & KindMask) == 0xA000;

    public int Permissions => Mode & 0b111_111_111;
}
