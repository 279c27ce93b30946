using System.Buffers.Binary;
using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ImageOperator.Downloads;

/// <summary>The few system calls that .NET lacks.</summary>
public static partial class Posix
{
    private const int OpenFolder = 0x10000 | 0x80000; // O_DIRECTORY | O_CLOEXEC on x86-64
    private const int AtCurrentFolder = -100;
    private const int SeekData = 3;
    private const int NoSuchAddress = 6; // ENXIO
    private const uint BasicStats = 0x7ff;

    /// <summary>Opens a folder; the caller closes it.</summary>
    public static int OpenDirectory(string path)
    {
        var descriptor = Open(path, OpenFolder);
        return descriptor >= 0 ? descriptor : throw new IOException($"cannot open the folder {path}: {new Win32Exception().Message}");
    }

    /// <summary>Makes the names in a folder durable.</summary>
    public static void SyncDirectory(string path)
    {
        var descriptor = OpenDirectory(path);
        try
        {
            // Some file systems refuse to sync folders (EINVAL): then there is nothing to be done.
            _ = Fsync(descriptor);
        }
        finally
        {
            _ = CloseDescriptor(descriptor);
        }
    }

    /// <summary>What identifies a file's content without reading it; null if there is no such file.</summary>
    public static FileStamp? Stamp(string path)
    {
        Span<byte> raw = stackalloc byte[256];
        if (Statx(AtCurrentFolder, path, 0, BasicStats, raw) != 0) return null;
        return new FileStamp(
            Path.GetFullPath(path),
            (long)BinaryPrimitives.ReadUInt64LittleEndian(raw[40..]),
            Nanoseconds(raw[112..]),
            Nanoseconds(raw[96..]),
            BinaryPrimitives.ReadUInt64LittleEndian(raw[32..]),
            ((ulong)BinaryPrimitives.ReadUInt32LittleEndian(raw[136..]) << 32) | BinaryPrimitives.ReadUInt32LittleEndian(raw[140..]));
    }

    /// <summary>Where the next data of a sparse file begin, from an offset on; the end of numbers where only a hole is left. The offset itself where the file system knows no holes.</summary>
    public static long NextData(SafeFileHandle file, long offset)
    {
        ArgumentNullException.ThrowIfNull(file);
        var found = Seek(file, offset, SeekData);
        if (found >= 0) return found;
        return Marshal.GetLastPInvokeError() == NoSuchAddress ? long.MaxValue : offset;
    }

    /// <summary>Closes what was opened.</summary>
    public static int CloseDescriptor(int descriptor) => Close(descriptor);

    /// <summary>Sends a signal.</summary>
    public static int Kill(int process, int signal) => Signal(process, signal);

    private static long Nanoseconds(ReadOnlySpan<byte> raw) =>
        (BinaryPrimitives.ReadInt64LittleEndian(raw) * 1_000_000_000) + BinaryPrimitives.ReadUInt32LittleEndian(raw[8..]);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Signal(int process, int signal);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "lseek", SetLastError = true)]
    private static partial long Seek(SafeFileHandle file, long offset, int whence);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(int descriptor);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int folder, string path, int flags, uint mask, Span<byte> result);
}

/// <summary>What changes when a file's content changes.</summary>
public sealed record FileStamp(string Path, long Size, long ModifiedNs, long ChangedNs, ulong Inode, ulong Device);
