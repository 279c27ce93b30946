using System.Globalization;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Platforms.Azure.Calls;

/// <summary>Makes things: the intent with its ID into the ledger, then the call, then that it is there. Names are ours, so IDs are known before.</summary>
internal sealed class Maker(ILedger ledger, TimeProvider time)
{
    /// <summary>When the intent was written: before it nothing can have been made.</summary>
    public const string IntendedAt = "intendedAt";

    /// <summary>Azure has said that it is there.</summary>
    public const string Made = "made";

    /// <summary>How much later than its intent a try may begin.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(5);

    private static readonly Dictionary<string, string> Confirmation = new() { [Made] = "true" };

    // Of these no call has been made yet. One thing after the other is: machines' parts, which are made at once, are not announced.
    private readonly HashSet<string> _announced = [];

    /// <param name="intent">What is about to be made, with its ID.</param>
    /// <param name="call">The call that makes it.</param>
    /// <param name="create">Makes it.</param>
    /// <param name="cancellationToken">Ends the tries.</param>
    public async Task<LedgerEntry> MakeAsync(ResourceIntent intent, AzureCall call, Func<AzureCall, Task> create, CancellationToken cancellationToken)
    {
        intent = Distinct(intent);
        // What an earlier call may have made is there still, whatever this one is told.
        var known = ledger.Find(intent.Key) is not null && !_announced.Remove(intent.Key);
        await WriteAsync(intent, cancellationToken).ConfigureAwait(false);
        // Tries go on for minutes: what a late one makes is looked for as long after that one.
        var intendedAt = time.GetTimestamp();
        call.BeforeTry = async t =>
        {
            if (time.GetElapsedTime(intendedAt) < Fresh) return;
            await WriteAsync(intent, t).ConfigureAwait(false);
            intendedAt = time.GetTimestamp();
        };
        try
        {
            await create(call).ConfigureAwait(false);
        }
        catch (PlatformException) when (!call.Unclear && !known)
        {
            // Azure has said that it made nothing: clean-up need not look for it.
            await ledger.ForgetAsync(intent.Key, cancellationToken).ConfigureAwait(false);
            throw;
        }

        return await ledger.ConfirmAsync(intent.Key, intent.Id!, Confirmation, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>An entry is not overwritten by that of another thing: what it speaks of, such as an older attempt's that could not be removed, would be forgotten.</summary>
    private ResourceIntent Distinct(ResourceIntent intent) =>
        ledger.Find(intent.Key) is { } entry && !string.Equals(entry.Id, intent.Id, StringComparison.OrdinalIgnoreCase) ? intent with { Key = $"{intent.Key}/{intent.Id![(intent.Id!.LastIndexOf('/') + 1)..]}" } : intent;

    /// <summary>Writes that something will be made, long before the call that makes it.</summary>
    public Task<LedgerEntry> IntendAsync(ResourceIntent intent, CancellationToken cancellationToken)
    {
        if (ledger.Find(intent.Key) is null) _announced.Add(intent.Key);
        return WriteAsync(intent, cancellationToken);
    }

    private Task<LedgerEntry> WriteAsync(ResourceIntent intent, CancellationToken cancellationToken)
    {
        var properties = new Dictionary<string, string>(intent.Properties ?? new Dictionary<string, string>())
        {
            [IntendedAt] = time.GetUtcNow().ToString("O", CultureInfo.InvariantCulture),
        };
        return ledger.IntendAsync(intent with { Properties = properties }, cancellationToken);
    }
}
