using System.Buffers.Binary;
using System.Text;

namespace ImageOperator.Platforms.Qemu.Seeds;

/// <summary>The fields of the Rock Ridge extension (IEEE P1282) that carry real names and modes.</summary>
internal static class RockRidge
{
    /// <summary>Says that the system use fields begin: in the root folder's first record only.</summary>
    public static byte[] Start { get; } = [.. "SP"u8, 7, 1, 0xBE, 0xEF, 0];

    /// <summary>Names the extension, without its optional descriptions.</summary>
    public static byte[] Reference { get; } = [.. "ER"u8, 18, 1, 10, 0, 0, 1, .. "RRIP_1991A"u8];

    /// <summary>The file's real name.</summary>
    public static byte[] Name(string name) => [.. "NM"u8, checked((byte)(5 + name.Length)), 1, 0, .. Encoding.ASCII.GetBytes(name)];

    /// <summary>Mode, links and owner: files are root's alone, as the seed holds a private key.</summary>
    public static byte[] Mode(bool folder)
    {
        var field = new byte[36];
        "PX"u8.CopyTo(field);
        field[2] = 36;
        field[3] = 1;
        Both(field.AsSpan(4), folder ? 0x4000 | 0b101_000_000 : 0x8000 | 0b100_000_000);
        Both(field.AsSpan(12), folder ? 2 : 1);
        return field;
    }

    private static void Both(Span<byte> field, int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(field, value);
        BinaryPrimitives.WriteInt32BigEndian(field[4..], value);
    }
}
