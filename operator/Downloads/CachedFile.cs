namespace ImageOperator.Downloads;

/// <summary>
/// A file of a cache that someone uses: it is not evicted before it is disposed. The use is a lock of the kernel's (flock, shared) on the file itself, so
/// it ends with its process, however that ends.
/// </summary>
public sealed class CachedFile : IDisposable
{
    /// <summary>What the lock file of each entry is called: its name and this. Its time is that of the last use.</summary>
    public const string LockSuffix = ".lock";

    private readonly FileStream _use;

    private CachedFile(string path, FileStream use) => (Path, _use) = (path, use);

    public string Path { get; }

    /// <summary>Begins to use a file.</summary>
    /// <returns>Null if there is none, or if it is evicted just now: then it must be fetched.</returns>
    public static CachedFile? Hold(string path, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        try
        {
            var use = new FileStream(path, new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.Read, Share = FileShare.ReadWrite | FileShare.Delete, BufferSize = 0 });
            if (IsStillNamed(use, path))
            {
                Touch(path, time);
                return new(path, use);
            }

            use.Dispose();
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException || (e is IOException && e.HResult == CacheLock.Held))
        {
            // Not there, or not for long.
        }

        return null;
    }

    public void Dispose() => _use.Dispose();

    /// <summary>Whether the name is still that of the file that was opened: it may have been evicted in between.</summary>
    private static bool IsStillNamed(FileStream open, string path)
    {
        var (ours, named) = (Posix.Stamp($"/proc/self/fd/{open.SafeFileHandle.DangerousGetHandle()}"), Posix.Stamp(path));
        return ours is not null && named is not null && (ours.Inode, ours.Device) == (named.Inode, named.Device);
    }

    private static void Touch(string path, TimeProvider time)
    {
        try
        {
            // Not the file's own time, by which it is known to be unchanged.
            File.SetLastWriteTimeUtc(path + LockSuffix, time.GetUtcNow().UtcDateTime);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Then it counts as used when it was fetched.
        }
    }
}
