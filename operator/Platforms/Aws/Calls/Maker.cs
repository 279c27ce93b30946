using System.Globalization;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Platforms.Aws.Calls;

/// <summary>Makes things: the intent into the ledger, then the call, then its result.</summary>
internal sealed class Maker(ILedger ledger, TimeProvider time)
{
    /// <summary>When the intent was written: before it nothing can have been made.</summary>
    public const string IntendedAt = "intendedAt";

    /// <param name="intent">What is about to be made.</param>
    /// <param name="call">The call that makes it.</param>
    /// <param name="create">Makes it, and returns its ID. What was made by an earlier try of the same intent must be returned, not made twice.</param>
    /// <param name="cancellationToken">Ends the tries.</param>
    public async Task<LedgerEntry> MakeAsync(ResourceIntent intent, AwsCall call, Func<AwsCall, Task<string>> create, CancellationToken cancellationToken)
    {
        await IntendAsync(intent, cancellationToken).ConfigureAwait(false);
        string id;
        try
        {
            id = await create(call).ConfigureAwait(false);
        }
        catch (PlatformException) when (!call.Unclear)
        {
            // AWS has said that it made nothing: clean-up need not look for it.
            await ledger.ForgetAsync(intent.Key, cancellationToken).ConfigureAwait(false);
            throw;
        }

        return await ledger.ConfirmAsync(intent.Key, id, null, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes that something is about to be made, and when.</summary>
    public Task<LedgerEntry> IntendAsync(ResourceIntent intent, CancellationToken cancellationToken)
    {
        var properties = new Dictionary<string, string>(intent.Properties ?? new Dictionary<string, string>())
        {
            [IntendedAt] = time.GetUtcNow().ToString("O", CultureInfo.InvariantCulture),
        };
        return ledger.IntendAsync(intent with { Properties = properties }, cancellationToken);
    }
}
