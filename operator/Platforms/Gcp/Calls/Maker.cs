using ImageOperator.Api.ImageBuilds;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;
using ImageOperator.Platforms.Gcp.Clients;
using ImageOperator.Platforms.Gcp.Machines;

namespace ImageOperator.Platforms.Gcp.Calls;

/// <summary>Makes things whose names we choose: the intent into the ledger, then the call, then its result.</summary>
internal sealed class Maker(ILedger ledger, GcpCalls calls)
{
    private static readonly TimeSpan RenewAfter = TimeSpan.FromSeconds(5);

    private readonly Settling _settling = new(calls.Time);

    /// <param name="intent">What is about to be made, with its ID.</param>
    /// <param name="call">The call that makes it.</param>
    /// <param name="create">Makes it: takes the request's ID.</param>
    /// <param name="adopt">The name is taken. True: by an earlier try of the same intent. False: it was not, and is free now. It throws if it is another one's.</param>
    /// <param name="cancellationToken">Ends the tries.</param>
    /// <returns>What the cloud does about it; null if it had been made before.</returns>
    public async Task<GceOperation?> MakeAsync(
        ResourceIntent intent, GcpCall call, Func<string, CancellationToken, Task<GceOperation>> create, Func<PlatformException, Task<bool>> adopt, CancellationToken cancellationToken)
    {
        // An earlier attempt's: with it the cloud returns that attempt's operation.
        var requestId = intent.Properties?.GetValueOrDefault(Properties.RequestId) ?? Guid.NewGuid().ToString();
        var marked = intent with { Properties = With(intent.Properties, Properties.RequestId, requestId) };
        await IntendAsync(marked, cancellationToken).ConfigureAwait(false);
        GceOperation? operation = null;
        try
        {
            operation = await calls.RunAsync(Renewing(marked, call), t => create(requestId, t), cancellationToken).ConfigureAwait(false);
        }
        catch (PlatformException e) when (GcpErrors.IsTaken(e))
        {
            if (!await AdoptAsync(intent, call, adopt, e, cancellationToken).ConfigureAwait(false))
            {
                var free = (intent.Properties ?? new Dictionary<string, string>()).Where(p => p.Key != Properties.RequestId).ToDictionary();
                return await MakeAsync(intent with { Properties = free }, call, create, adopt, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (PlatformException) when (!call.Unclear)
        {
            // Google has said that it made nothing: clean-up need not look for it.
            await ledger.ForgetAsync(intent.Key, cancellationToken).ConfigureAwait(false);
            throw;
        }

        var learned = operation?.Name is { } name ? new Dictionary<string, string> { [Properties.Operation] = name } : null;
        await ledger.ConfirmAsync(intent.Key, intent.Id!, learned, cancellationToken).ConfigureAwait(false);
        return operation;
    }

    /// <summary>Writes that something is about to be made, and when.</summary>
    public Task<LedgerEntry> IntendAsync(ResourceIntent intent, CancellationToken cancellationToken) =>
        ledger.IntendAsync(intent with { Properties = With(intent.Properties, Settling.IntendedAt, _settling.Now) }, cancellationToken);

    /// <summary>Has the intent written anew before a later try: who looks for what a try made must know how young it may be.</summary>
    private GcpCall Renewing(ResourceIntent intent, GcpCall call)
    {
        var written = calls.Time.GetTimestamp();
        call.BeforeTry = async cancellationToken =>
        {
            if (calls.Time.GetElapsedTime(written) < RenewAfter) return;
            await IntendAsync(intent, cancellationToken).ConfigureAwait(false);
            written = calls.Time.GetTimestamp();
        };
        return call;
    }

    private async Task<bool> AdoptAsync(ResourceIntent intent, GcpCall call, Func<PlatformException, Task<bool>> adopt, PlatformException taken, CancellationToken cancellationToken)
    {
        try
        {
            return await adopt(taken).ConfigureAwait(false);
        }
        catch (PlatformException) when (!call.Unclear)
        {
            // Another one's: it must not be removed with what is ours.
            await ledger.ForgetAsync(intent.Key, cancellationToken).ConfigureAwait(false);
            throw;
        }
    }

    private static Dictionary<string, string> With(IReadOnlyDictionary<string, string>? properties, string name, string value) =>
        new(properties ?? new Dictionary<string, string>()) { [name] = value };
}
