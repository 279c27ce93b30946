using System.Globalization;
using ImageOperator.Api.ImageBuilds;

namespace ImageOperator.Platforms.Gcp.Calls;

/// <summary>For how long what an entry speaks of may exist without being found.</summary>
internal sealed class Settling(TimeProvider time)
{
    /// <summary>When the intent was last written: the last try is not older by more than a few seconds.</summary>
    public const string IntendedAt = "intendedAt";

    /// <summary>After this time what was made is found, and a call that was under way when its process died has ended.</summary>
    private static readonly TimeSpan Enough = TimeSpan.FromSeconds(40);
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(5);

    public string Now => time.GetUtcNow().ToString("O", CultureInfo.InvariantCulture);

    /// <summary>The entry, of which nothing can come to light any more.</summary>
    public static LedgerEntry Settled(LedgerEntry entry) => entry with { Properties = entry.Properties?.Where(p => p.Key != IntendedAt).ToDictionary() };

    public bool IsSettled(LedgerEntry entry) =>
        entry.Properties?.GetValueOrDefault(IntendedAt) is not { } text
        || !DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out var at)
        || time.GetUtcNow() - at > Enough;

    /// <summary>Looks until it is found, or there must be nothing.</summary>
    public async Task<T?> FindAsync<T>(LedgerEntry entry, Func<Task<T?>> look, CancellationToken cancellationToken) where T : class
    {
        while (true)
        {
            var settled = IsSettled(entry);
            var found = await look().ConfigureAwait(false);
            if (found is not null || settled) return found;
            await Task.Delay(LookInterval, time, cancellationToken).ConfigureAwait(false);
        }
    }
}
