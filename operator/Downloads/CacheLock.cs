namespace ImageOperator.Downloads;

/// <summary>A lock between processes that share a cache folder. It vanishes with its holder, as it is the kernel's (flock).</summary>
public static class CacheLock
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    internal const int Held = 11; // EWOULDBLOCK

    /// <summary>Takes the lock; it is released by disposing the result.</summary>
    /// <param name="path">The lock file; it stays.</param>
    /// <param name="waiting">Called once if another one holds the lock.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<IDisposable> TakeAsync(string path, Action waiting, TimeProvider time, CancellationToken cancellationToken)
    {
        for (var tries = 0; ; tries++)
        {
            try
            {
                var held = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
                // Says when the entry was last used.
                File.SetLastWriteTimeUtc(held.SafeFileHandle, time.GetUtcNow().UtcDateTime);
                return held;
            }
            catch (IOException e) when (e.HResult == Held)
            {
                if (tries == 0) waiting();
            }

            await Task.Delay(Interval, time, cancellationToken).ConfigureAwait(false);
        }
    }
}
