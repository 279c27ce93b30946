using System.Globalization;
using System.Text;

namespace ImageOperator.Publishing.Files;

/// <summary>Headers of tar, of what QEMU in a virt-launcher pod may read: its user is 107.</summary>
internal static class TarHeader
{
    public const int BlockSize = 512;
    private const int Owner = 107;
    private const long LargestOctal = 0x1_FFFF_FFFF; // eleven octal digits

    public static byte[] Folder(string name) => Make(name, 0b101_101_101, 0, '5');

    public static byte[] File(string name, long size) => Make(name, 0b100_100_000, size, '0');

    /// <summary>What fills a file's last block, and two empty blocks for the archive's end.</summary>
    public static byte[] End(long size) => new byte[((BlockSize - (size % BlockSize)) % BlockSize) + (2 * BlockSize)];

    private static byte[] Make(string name, int mode, long size, char type)
    {
        var header = new byte[BlockSize];
        Text(header, 0, 100, name);
        Octal(header, 100, 8, mode);
        Octal(header, 108, 8, Owner);
        Octal(header, 116, 8, Owner);
        if (size <= LargestOctal) Octal(header, 124, 12, size);
        else Binary(header, 124, 12, size);
        Octal(header, 136, 12, 0);
        header[156] = (byte)type;
        // GNU's form: POSIX's has no sizes above 8 GiB without a header of its own.
        Text(header, 257, 8, "ustar  ");
        for (var i = 148; i < 156; i++) header[i] = (byte)' ';
        Text(header, 148, 8, Convert.ToString(header.Sum(b => b), 8).PadLeft(6, '0') + "\0 ");
        return header;
    }

    private static void Octal(byte[] header, int at, int length, long value) =>
        Text(header, at, length, Convert.ToString(value, 8).PadLeft(length - 1, '0').ToString(CultureInfo.InvariantCulture) + "\0");

    private static void Binary(byte[] header, int at, int length, long value)
    {
        for (var i = at + length - 1; i > at; i--, value >>= 8) header[i] = (byte)value;
        header[at] = 0x80;
    }

    private static void Text(byte[] header, int at, int length, string text) => Encoding.ASCII.GetBytes(text.AsSpan(0, Math.Min(text.Length, length)), header.AsSpan(at, length));
}
