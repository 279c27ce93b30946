using System.Globalization;
using ImageOperator.Api.ImageBuilds;

namespace ImageOperator.Platforms.Aws.Calls;

/// <summary>For how long what an entry speaks of may exist without being found.</summary>
internal sealed class Settling(TimeProvider time)
{
    /// <summary>After this time AWS shows what was made, and a call that was under way when its process died has ended.</summary>
    private static readonly TimeSpan Enough = TimeSpan.FromSeconds(40);
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(5);

    public bool IsSettled(LedgerEntry entry) =>
        entry.Properties?.GetValueOrDefault(Maker.IntendedAt) is not { } text
        || !DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out var at)
        || time.GetUtcNow() - at > Enough;

    /// <summary>Looks until something is found, or there must be nothing.</summary>
    public async Task<IReadOnlyList<string>> FindAsync(LedgerEntry entry, Func<Task<IReadOnlyList<string>>> look, CancellationToken cancellationToken)
    {
        while (true)
        {
            var settled = IsSettled(entry);
            var found = await look().ConfigureAwait(false);
            if (found.Count > 0 || settled) return found;
            await Task.Delay(LookInterval, time, cancellationToken).ConfigureAwait(false);
        }
    }
}
