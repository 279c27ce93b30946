using System.Globalization;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Platforms.Aws.Calls;

/// <summary>Makes things: the intent into the ledger, then the call, then its result.</summary>
internal sealed class Maker(ILedger ledger, TimeProvider time)
{
    /// <summary>When the intent was last written: the last try is not older by more than <see cref="RenewAfter"/>.</summary>
    public const string IntendedAt = "intendedAt";

    private static readonly TimeSpan RenewAfter = TimeSpan.FromSeconds(5);

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
            id = await create(Renewing(intent, call)).ConfigureAwait(false);
        }
        catch (PlatformException) when (!call.Unclear)
        {
            // AWS has said that it made nothing: clean-up need not look for it.
            await ledger.ForgetAsync(intent.Key, cancellationToken).ConfigureAwait(false);
            throw;
        }

        return await ledger.ConfirmAsync(intent.Key, id, null, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Has the intent written anew before a later try: who looks for what a try made must know how young it may be.</summary>
    public AwsCall Renewing(ResourceIntent intent, AwsCall call)
    {
        var written = time.GetTimestamp();
        call.BeforeTry = async cancellationToken =>
        {
            if (time.GetElapsedTime(written) < RenewAfter) return;
            await IntendAsync(intent, cancellationToken).ConfigureAwait(false);
            written = time.GetTimestamp();
        };
        return call;
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
