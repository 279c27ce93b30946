namespace ImageOperator.Downloads;

/// <summary>
/// Removes from a cache what has not been used for long, and, while it is too large, what was used longest ago. Never what someone uses or fetches: for
/// each entry its lock file, then the file itself is locked, without waiting. Any number of processes may do it at once, and end at any point.
/// </summary>
/// <param name="cache">The cache's folder.</param>
/// <param name="limits">What is kept.</param>
/// <param name="time">The clock.</param>
/// <param name="say">Is told what was removed.</param>
public sealed class CacheEviction(string cache, CacheLimits limits, TimeProvider time, Action<string> say)
{
    private const string Partial = ".partial";

    /// <summary>Where files stand that are fetched again when they are wanted.</summary>
    private static readonly string[] Folders = ["sources", "workspace"];

    /// <summary>What is remembered of files: it is found out again.</summary>
    private const string Memories = "verified";

    /// <returns>How many bytes were removed.</returns>
    public long Run(CancellationToken cancellationToken = default)
    {
        if (!limits.AreSet) return 0;
        var now = time.GetUtcNow().UtcDateTime;
        var entries = Folders.SelectMany(f => Find(Path.Combine(cache, f))).OrderBy(e => e.Used).ToList();
        var (total, removed, count) = (entries.Sum(e => e.Bytes), 0L, 0);
        foreach (var entry in entries)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!IsOld(now, entry.Used) && !(total - removed > limits.MaxBytes)) continue;
            if (!TryRemove(entry)) continue;
            removed += entry.Bytes;
            count++;
        }

        ForgetOld(now);
        if (count > 0) say($"{count} files of the cache ({DiskSpace.Text(removed)}) were removed: the limits are {Words()}");
        return removed;
    }

    private bool IsOld(DateTime now, DateTime used) => limits.MaxAge is { } age && now - used > age;

    private static IEnumerable<Entry> Find(string folder)
    {
        if (!Directory.Exists(folder)) yield break;
        foreach (var file in new DirectoryInfo(folder).EnumerateFiles("*", new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true, AttributesToSkip = FileAttributes.ReparsePoint }))
        {
            if (file.Name.EndsWith(CachedFile.LockSuffix, StringComparison.Ordinal)) continue;
            // NAME.partial, NAME.partial.json, NAME.ID.partial: what a fetch that was killed has left, under the lock of NAME.
            var partial = file.Name.IndexOf(Partial, StringComparison.Ordinal) is >= 0;
            var locked = Path.Combine(file.DirectoryName!, BaseOf(file.Name)) + CachedFile.LockSuffix;
            if (Read(file, partial ? null : new FileInfo(locked)) is var (bytes, used)) yield return new(file.FullName, locked, bytes, used);
        }
    }

    private static (long Bytes, DateTime Used)? Read(FileInfo file, FileInfo? uses)
    {
        try
        {
            return (file.Length, uses is { Exists: true } && uses.LastWriteTimeUtc > file.LastWriteTimeUtc ? uses.LastWriteTimeUtc : file.LastWriteTimeUtc);
        }
        catch (IOException)
        {
            // Another process has removed it.
            return null;
        }
    }

    private static string BaseOf(string name)
    {
        var at = name.IndexOf(Partial, StringComparison.Ordinal);
        if (at < 0) return name;
        var before = name[..at];
        var dot = before.LastIndexOf('.');
        return dot >= 0 && Guid.TryParseExact(before[(dot + 1)..], "N", out _) ? before[..dot] : before;
    }

    private static bool TryRemove(Entry entry)
    {
        try
        {
            // Who fetches has the first of them, who uses the second.
            using var fetch = new FileStream(entry.Lock, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            using var use = new FileStream(entry.Path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            File.Delete(entry.Path);
            return true;
        }
        catch (FileNotFoundException)
        {
            // Another process was faster.
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // In use; or not ours to remove.
            return false;
        }
    }

    private void ForgetOld(DateTime now)
    {
        var folder = Path.Combine(cache, Memories);
        if (limits.MaxAge is null || !Directory.Exists(folder)) return;
        foreach (var file in new DirectoryInfo(folder).EnumerateFiles())
        {
            try
            {
                if (IsOld(now, file.LastWriteTimeUtc)) file.Delete();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Another process was faster, or it is not ours.
            }
        }
    }

    private string Words() => string.Join(" and ", new[]
    {
        limits.MaxBytes is { } bytes ? DiskSpace.Text(bytes) : null,
        limits.MaxAge is { } age ? $"{age.TotalDays:0.#} days after the last use" : null,
    }.OfType<string>());

    private sealed record Entry(string Path, string Lock, long Bytes, DateTime Used);
}
