using System.Buffers.Binary;
using System.Text;

namespace ImageOperator.Platforms.Qemu.Seeds;

/// <summary>
/// Writes a small ISO 9660 volume with files in its root folder, with their real names as Rock Ridge and as Joliet.
/// The same input gives the same bytes.
/// </summary>
internal static class Iso9660Writer
{
    private const int Sector = 2048;
    private const int PrimaryDescriptor = 16;
    private const int JolietDescriptor = 17;
    private const int Terminator = 18;
    private const int PrimaryPathTables = 19;
    private const int JolietPathTables = 21;
    private const int PrimaryRoot = 23;
    private const int JolietRoot = 24;
    private const int FirstFile = 25;
    private const int PathTableSize = 10;

    // 1 January 2000: a volume's dates say nothing, and must not differ between runs.
    private static readonly byte[] RecordDate = [100, 1, 1, 0, 0, 0, 0];
    private static readonly byte[] VolumeDate = [.. "2000010100000000"u8, 0];

    /// <summary>Writes a volume.</summary>
    /// <param name="label">The volume's label.</param>
    /// <param name="files">Names of letters, digits, hyphens, and their contents.</param>
    public static byte[] Write(string label, IReadOnlyDictionary<string, byte[]> files)
    {
        var entries = new List<Entry>();
        var next = FirstFile;
        foreach (var (name, content) in files.OrderBy(f => f.Key, StringComparer.Ordinal))
        {
            entries.Add(new Entry(name, next, content));
            next += Math.Max(1, (content.Length + Sector - 1) / Sector);
        }

        var volume = new byte[next * Sector];
        WriteDescriptor(volume, PrimaryDescriptor, type: 1, next, label, PrimaryPathTables, PrimaryRoot, joliet: false);
        WriteDescriptor(volume, JolietDescriptor, type: 2, next, label, JolietPathTables, JolietRoot, joliet: true);
        WriteHead(volume.AsSpan(Terminator * Sector), 255);
        WritePathTables(volume, PrimaryPathTables, PrimaryRoot);
        WritePathTables(volume, JolietPathTables, JolietRoot);
        WriteFolder(volume.AsSpan(PrimaryRoot * Sector, Sector), PrimaryRoot, entries, joliet: false);
        WriteFolder(volume.AsSpan(JolietRoot * Sector, Sector), JolietRoot, entries, joliet: true);
        foreach (var entry in entries) entry.Content.CopyTo(volume, entry.Start * Sector);
        return volume;
    }

    private static void WriteHead(Span<byte> sector, byte type)
    {
        sector[0] = type;
        "CD001"u8.CopyTo(sector[1..]);
        sector[6] = 1;
    }

    private static void WriteDescriptor(byte[] volume, int at, byte type, int sectors, string label, int pathTables, int root, bool joliet)
    {
        var d = volume.AsSpan(at * Sector, Sector);
        WriteHead(d, type);
        WriteText(d.Slice(8, 32), "", joliet);
        WriteText(d.Slice(40, 32), label, joliet);
        Both32(d[80..], sectors);
        if (joliet) "%/E"u8.CopyTo(d[88..]); // UCS-2 level 3
        Both16(d[120..], 1);
        Both16(d[124..], 1);
        Both16(d[128..], Sector);
        Both32(d[132..], PathTableSize);
        BinaryPrimitives.WriteInt32LittleEndian(d[140..], pathTables);
        BinaryPrimitives.WriteInt32BigEndian(d[148..], pathTables + 1);
        WriteRecord(d[156..], root, Sector, folder: true, [0], []);
        WriteText(d.Slice(190, 128 * 4), "", joliet);
        WriteText(d.Slice(702, 37 * 3), "", joliet: false);
        for (var date = 813; date < 881; date += 17) VolumeDate.CopyTo(d[date..]);
        // No expiry, effective at once.
        "0000000000000000\0"u8.CopyTo(d[847..]);
        d[881] = 1;
    }

    private static void WritePathTables(byte[] volume, int at, int root)
    {
        var little = volume.AsSpan(at * Sector, Sector);
        little[0] = 1;
        BinaryPrimitives.WriteInt32LittleEndian(little[2..], root);
        BinaryPrimitives.WriteInt16LittleEndian(little[6..], 1);
        var big = volume.AsSpan((at + 1) * Sector, Sector);
        big[0] = 1;
        BinaryPrimitives.WriteInt32BigEndian(big[2..], root);
        BinaryPrimitives.WriteInt16BigEndian(big[6..], 1);
    }

    private static void WriteFolder(Span<byte> sector, int root, IReadOnlyList<Entry> entries, bool joliet)
    {
        var at = WriteRecord(sector, root, Sector, folder: true, [0], joliet ? [] : [.. RockRidge.Start, .. RockRidge.Mode(folder: true), .. RockRidge.Reference]);
        at += WriteRecord(sector[at..], root, Sector, folder: true, [1], joliet ? [] : RockRidge.Mode(folder: true));
        foreach (var entry in entries)
        {
            byte[] name = joliet ? Encoding.BigEndianUnicode.GetBytes(entry.Name) : Encoding.ASCII.GetBytes(ShortName(entry.Name));
            byte[] extra = joliet ? [] : [.. RockRidge.Mode(folder: false), .. RockRidge.Name(entry.Name)];
            at += WriteRecord(sector[at..], entry.Start, entry.Content.Length, folder: false, name, extra);
        }
    }

    private static int WriteRecord(Span<byte> r, int start, int size, bool folder, ReadOnlySpan<byte> name, ReadOnlySpan<byte> extra)
    {
        var head = 33 + name.Length + (name.Length % 2 == 0 ? 1 : 0);
        var length = head + extra.Length + (extra.Length % 2);
        r[0] = checked((byte)length);
        Both32(r[2..], start);
        Both32(r[10..], size);
        RecordDate.CopyTo(r[18..]);
        r[25] = (byte)(folder ? 2 : 0);
        Both16(r[28..], 1);
        r[32] = (byte)name.Length;
        name.CopyTo(r[33..]);
        extra.CopyTo(r[head..]);
        return length;
    }

    // Eight letters, digits and underscores: what a reader without extensions may show.
    private static string ShortName(string name)
    {
        var letters = string.Concat(name.Where(c => c != '.').Select(c => char.IsAsciiLetterOrDigit(c) ? char.ToUpperInvariant(c) : '_'));
        return letters[..Math.Min(8, letters.Length)] + ".;1";
    }

    private static void WriteText(Span<byte> field, string text, bool joliet)
    {
        field.Fill((byte)' ');
        if (!joliet)
        {
            Encoding.ASCII.GetBytes(text, field);
            return;
        }

        for (var i = 0; i + 1 < field.Length; i += 2) field[i] = 0;
        Encoding.BigEndianUnicode.GetBytes(text, field);
    }

    private static void Both16(Span<byte> field, short value)
    {
        BinaryPrimitives.WriteInt16LittleEndian(field, value);
        BinaryPrimitives.WriteInt16BigEndian(field[2..], value);
    }

    private static void Both32(Span<byte> field, int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(field, value);
        BinaryPrimitives.WriteInt32BigEndian(field[4..], value);
    }

    private sealed record Entry(string Name, int Start, byte[] Content);
}
