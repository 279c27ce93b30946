using System.Text.Json;
using Azure;
using Azure.Core;
using Azure.ResourceManager.Compute;
using Azure.ResourceManager.Compute.Models;
using ImageOperator.Api.Conditions;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;
using ImageOperator.Platforms.Azure.Calls;
using ImageOperator.Platforms.Azure.Clients;
using ImageOperator.Platforms.Azure.Waiting;

namespace ImageOperator.Platforms.Azure.Capture;

/// <summary>
/// Lets a snapshot be read by its address for a while. The address bears a signature: it stays in memory, and an attempt that comes after ends the access
/// and begins another one. While there is access a snapshot cannot be deleted.
/// </summary>
internal sealed class SnapshotAccess(PlatformContext context, AzureClients clients, AzureCalls calls, Operations operations, Maker maker)
{
    private const string Reason = Reasons.DistributionFailed;

    /// <summary>Longer than any copy takes: a copy fails whose access ends.</summary>
    private static readonly TimeSpan Length = TimeSpan.FromHours(24);

    /// <returns>The address, with its signature: a secret.</returns>
    public async Task<Uri> BeginAsync(ResourceIdentifier snapshot, CancellationToken cancellationToken)
    {
        if (context.Ledger.Find(Keys.Access) is not null) await EndAsync(snapshot, cancellationToken).ConfigureAwait(false);
        try
        {
            return await AskAsync(snapshot, cancellationToken).ConfigureAwait(false);
        }
        catch (PlatformException e) when (AzureErrors.CodeOf(e) == "OperationNotAllowed")
        {
            // An older attempt's last call.
            await EndAsync(snapshot, cancellationToken).ConfigureAwait(false);
            return await AskAsync(snapshot, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Ends it. That there is none, or no snapshot, is success.</summary>
    public async Task EndAsync(ResourceIdentifier snapshot, CancellationToken cancellationToken)
    {
        var call = new AzureCall("Microsoft.Compute/snapshots/endGetAccess/action", Reason);
        try
        {
            var operation = await calls.RunAsync(call, t => clients.Arm.GetSnapshotResource(snapshot).RevokeAccessAsync(WaitUntil.Started, t), cancellationToken).ConfigureAwait(false);
            await operations.WaitAsync(call, operation.GetRawResponse(), Waits.Access, cancellationToken).ConfigureAwait(false);
        }
        catch (PlatformException e) when (AzureErrors.IsGone(e))
        {
            // It is gone.
        }
    }

    private async Task<Uri> AskAsync(ResourceIdentifier snapshot, CancellationToken cancellationToken)
    {
        var call = new AzureCall("Microsoft.Compute/snapshots/beginGetAccess/action", Reason);
        Uri? address = null;
        await maker.MakeAsync(new(Keys.Access, ResourceKind.Access.LedgerType, snapshot.ToString()), call, async made =>
        {
            var data = new GrantAccessData(AccessLevel.Read, (int)Length.TotalSeconds);
            var operation = await calls.RunAsync(made, t => clients.Arm.GetSnapshotResource(snapshot).GrantAccessAsync(WaitUntil.Started, data, t), cancellationToken).ConfigureAwait(false);
            made.Unclear = true;
            address = AddressIn(await operations.ResultAsync(made, operation.GetRawResponse(), Waits.Access, cancellationToken).ConfigureAwait(false));
        }, cancellationToken).ConfigureAwait(false);
        return address ?? throw new PlatformException(FailureKind.Terminal, Reason, $"{call.Action}: Azure gave access to {snapshot.Name}, and did not say where", "build again: if it stays so, tell Azure's support");
    }

    /// <summary>It stands by itself in the operation's result, and deeper in what is said of the operation.</summary>
    private static Uri? AddressIn(JsonElement? result)
    {
        foreach (string[] path in new string[][] { ["accessSAS"], ["properties", "output", "accessSAS"] })
        {
            var at = result;
            foreach (var name in path) at = at is { ValueKind: JsonValueKind.Object } inside && inside.TryGetProperty(name, out var found) ? found : null;
            if (at is { ValueKind: JsonValueKind.String } text && Uri.TryCreate(text.GetString(), UriKind.Absolute, out var address)) return address;
        }

        return null;
    }
}
