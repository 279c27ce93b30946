using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Platforms;
using ImageOperator.Api.Protocol;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Engine.Clouds;

/// <summary>
/// Tells strays from what is in use, removes them if that is wanted, and reports. What bears no mark of this platform, or no date, is never touched.
/// </summary>
/// <param name="mode">Whether to remove.</param>
/// <param name="after">How old a stray is at least.</param>
/// <param name="order">Which builds have not ended.</param>
/// <param name="time">The clock.</param>
public sealed class StrayRemoval(StrayMode mode, TimeSpan after, StrayOrder order, TimeProvider time)
{
    private readonly HashSet<string> _alive = [.. order.Builds];
    private readonly List<string> _items = [];
    private readonly List<string> _errors = [];
    private int _removed;

    /// <summary>What was found and removed so far.</summary>
    public StrayReport Report => new() { Found = _items.Count, Removed = _removed, Items = [.. _items], Error = _errors.Count == 0 ? null : string.Join("; ", _errors) };

    /// <summary>Whether marks say that a thing is a stray.</summary>
    /// <param name="build">The build's UID.</param>
    /// <param name="target">The target.</param>
    /// <param name="kept">The mark of results.</param>
    /// <param name="born">When it was made.</param>
    public bool IsStray(string? build, string? target, string? kept, DateTimeOffset? born) =>
        build is not null && target is not null && kept is null && !_alive.Contains(build) && born is { } at && at + after <= time.GetUtcNow();

    /// <summary>Removes a stray, or says that it is there.</summary>
    /// <param name="platform">The platform, of the stray's build.</param>
    /// <param name="entry">What its ledger would say of it.</param>
    /// <param name="line">It, in words.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task TreatAsync(IPlatform platform, LedgerEntry entry, string line, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(platform);
        if (mode != StrayMode.Remove)
        {
            _items.Add(line);
            return;
        }

        try
        {
            await platform.RemoveAsync(entry, cancellationToken).ConfigureAwait(false);
            _removed++;
            _items.Add($"{line}: removed");
        }
        catch (PlatformException e)
        {
            _items.Add($"{line}: {e.Message}");
        }
    }

    /// <summary>Somewhere it could not be looked.</summary>
    public void Fail(string error) => _errors.Add(error);
}
