using System.Globalization;
using ImageOperator.Api.ImageBuilds;

namespace ImageOperator.Platforms.Azure.Calls;

/// <summary>For how long what an entry speaks of may come to be although it is not found.</summary>
internal sealed class Settling(TimeProvider time)
{
    /// <summary>After this time a call that was under way when its process died has ended, and Azure shows what was made.</summary>
    private static readonly TimeSpan Enough = TimeSpan.FromSeconds(40);
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(5);

    public bool IsSettled(LedgerEntry entry) =>
        entry.Properties?.GetValueOrDefault(Maker.IntendedAt) is not { } text
        || !DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out var at)
        || time.GetUtcNow() - at > Enough;

    /// <summary>Removes until it must be gone: what was never confirmed may still come to be.</summary>
    public async Task RemoveAsync(LedgerEntry entry, Func<Task> remove, CancellationToken cancellationToken)
    {
        while (true)
        {
            var settled = IsSettled(entry) || entry.Properties?.ContainsKey(Maker.Made) == true;
            await remove().ConfigureAwait(false);
            if (settled) return;
            await Task.Delay(LookInterval, time, cancellationToken).ConfigureAwait(false);
        }
    }
}
