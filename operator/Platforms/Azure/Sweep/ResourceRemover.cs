using System.Text.Json.Nodes;
using Azure;
using Azure.Core;
using Azure.ResourceManager.Compute;
using ImageOperator.Api.Conditions;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Targets.Azure;
using ImageOperator.Engine.Events;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;
using ImageOperator.Platforms.Azure.Calls;
using ImageOperator.Platforms.Azure.Capture;
using ImageOperator.Platforms.Azure.Clients;
using ImageOperator.Platforms.Azure.Machines;
using ImageOperator.Platforms.Azure.Tags;
using ImageOperator.Platforms.Azure.Waiting;

namespace ImageOperator.Platforms.Azure.Sweep;

/// <summary>Removes what a ledger entry speaks of. Anything may be missing already, or come to be a moment later.</summary>
internal sealed class ResourceRemover(PlatformContext context, AzureTarget target, AzureClients clients, AzureCalls calls, Operations operations, IArmResources resources, MachineReader machines, SnapshotAccess access, VhdBlobs blobs)
{
    private const string Reason = Reasons.MachineFailed;

    private static readonly TimeSpan Emptying = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan EmptyingPause = TimeSpan.FromSeconds(5);

    private readonly Settling _settling = new(context.Time);

    public Task RemoveAsync(LedgerEntry entry, CancellationToken cancellationToken)
    {
        if (entry.Type == ResourceKind.Vhd.LedgerType) return _settling.RemoveAsync(entry, () => blobs.RemoveAsync(new(entry.Id!), results: true, cancellationToken), cancellationToken);
        if (entry.Type == ResourceKind.Access.LedgerType) return _settling.RemoveAsync(entry, () => EndAccessAsync(new(entry.Id!), cancellationToken), cancellationToken);
        var kind = ResourceKind.Of(entry.Type) ?? throw new PlatformException(
            FailureKind.Terminal, Reasons.InternalError, $"the ledger's entry {entry.Key} is of the type {entry.Type}, which Azure does not make");
        var id = new ResourceIdentifier(entry.Id!);
        return _settling.RemoveAsync(entry, () => RemoveAsync(kind, id, entry, cancellationToken), cancellationToken);
    }

    private async Task RemoveAsync(ResourceKind kind, ResourceIdentifier id, LedgerEntry entry, CancellationToken cancellationToken)
    {
        if (kind == ResourceKind.Group) await RemoveGroupAsync(id, cancellationToken).ConfigureAwait(false);
        else if (kind == ResourceKind.Machine) await machines.RemoveAsync(id, DisksOf(entry), cancellationToken).ConfigureAwait(false);
        else if (IsNamedByOthers(kind)) await RemoveOursAsync(kind, id, cancellationToken).ConfigureAwait(false);
        else await resources.RemoveAsync(kind.Delete(Reason), id, Waits.Removal, cancellationToken).ConfigureAwait(false);
    }

    private static IReadOnlyList<ResourceIdentifier> DisksOf(LedgerEntry entry) =>
        [.. new[] { Properties.Disk, Properties.DataDisks }.Select(p => entry.Properties?.GetValueOrDefault(p)).OfType<string>().SelectMany(ids => ids.Split('\n')).Select(i => new ResourceIdentifier(i))];

    /// <summary>Results have names that a template gives: someone else's may bear the same, and an intent is no proof.</summary>
    private static bool IsNamedByOthers(ResourceKind kind) => kind == ResourceKind.Version || kind == ResourceKind.Definition || kind == ResourceKind.Image || kind == ResourceKind.Snapshot;

    private async Task RemoveOursAsync(ResourceKind kind, ResourceIdentifier id, CancellationToken cancellationToken)
    {
        var found = await resources.ReadAsync(kind.Read(Reason), id, cancellationToken).ConfigureAwait(false);
        if (found is not null && !BuildTags.AreOurs(found.Tags, context.Identity))
        {
            context.Observer.Observe(new BuildEvent.Message(MessageLevel.Warning, $"{id} stays: it bears no marks of this build"));
            return;
        }

        if (kind == ResourceKind.Snapshot && found is not null) await ReleaseAsync(found, cancellationToken).ConfigureAwait(false);
        if (kind == ResourceKind.Version) await UnprotectAsync(id, found, cancellationToken).ConfigureAwait(false);
        if (kind == ResourceKind.Definition) await RemoveDefinitionAsync(id, cancellationToken).ConfigureAwait(false);
        else await resources.RemoveAsync(kind.Delete(Reason), id, Waits.Removal, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Ends access to a snapshot, and removes the blob that only its tag still knows of.</summary>
    private async Task ReleaseAsync(ArmResource snapshot, CancellationToken cancellationToken)
    {
        if (context.Ledger.Find(Keys.Captured) is null && Uri.TryCreate(snapshot.Tags.GetValueOrDefault(BuildTags.Vhd), UriKind.Absolute, out var blob) && clients.Access.IsBlob(blob))
        {
            await blobs.RemoveAsync(blob, results: false, cancellationToken).ConfigureAwait(false);
        }

        if (snapshot.Text("diskState") == "ActiveSAS") await access.EndAsync(snapshot.Id, cancellationToken).ConfigureAwait(false);
    }

    private async Task EndAccessAsync(ResourceIdentifier snapshot, CancellationToken cancellationToken)
    {
        var found = await resources.ReadAsync(ResourceKind.Snapshot.Read(Reason), snapshot, cancellationToken).ConfigureAwait(false);
        if (found is not null && BuildTags.AreOurs(found.Tags, context.Identity)) await access.EndAsync(snapshot, cancellationToken).ConfigureAwait(false);
    }

    private async Task RemoveGroupAsync(ResourceIdentifier id, CancellationToken cancellationToken)
    {
        try
        {
            var call = ResourceKind.Group.Delete(Reason);
            var group = clients.Arm.GetResourceGroupResource(id);
            var operation = await calls.RunAsync(call, t => group.DeleteAsync(WaitUntil.Started, forceDeletionTypes: "Microsoft.Compute/virtualMachines", t), cancellationToken).ConfigureAwait(false);
            if (!target.RemoveInBackground) await operations.WaitAsync(call, operation.GetRawResponse(), Waits.GroupRemoval, cancellationToken).ConfigureAwait(false);
        }
        catch (PlatformException e) when (AzureErrors.IsGone(e))
        {
            // It is gone.
        }
    }

    private async Task UnprotectAsync(ResourceIdentifier id, ArmResource? found, CancellationToken cancellationToken)
    {
        // Only a build that did not succeed gets here: what it protected was nobody's yet.
        if (found?.Text("safetyProfile", "blockDeletionBeforeEndOfLife") != "true") return;
        var body = JsonNode.Parse(found.Properties.GetRawText())!.AsObject();
        body["safetyProfile"] = new JsonObject { ["blockDeletionBeforeEndOfLife"] = false };
        body.Remove("provisioningState");
        body.Remove("replicationStatus");
        await resources.PutAsync(ResourceKind.Version.Write(Reason), id, new(found.Location!, body, found.Tags), Waits.Image, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A definition is said to hold versions for a while after its last one has gone: whether it does, their list tells.</summary>
    private async Task RemoveDefinitionAsync(ResourceIdentifier id, CancellationToken cancellationToken)
    {
        var start = context.Time.GetTimestamp();
        while (true)
        {
            try
            {
                await resources.RemoveAsync(ResourceKind.Definition.Delete(Reason), id, Waits.Removal, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (PlatformException e) when (AzureErrors.CodeOf(e) == "CannotDeleteResource")
            {
                if (await HasVersionsAsync(id, cancellationToken).ConfigureAwait(false))
                {
                    context.Observer.Observe(new BuildEvent.Message(MessageLevel.Info, $"the image definition {id.Name} stays: other builds have versions in it by now"));
                    return;
                }

                if (context.Time.GetElapsedTime(start) > Emptying) throw;
            }

            await Task.Delay(EmptyingPause, context.Time, cancellationToken).ConfigureAwait(false);
        }
    }

    private Task<bool> HasVersionsAsync(ResourceIdentifier definition, CancellationToken cancellationToken) => calls.RunAsync(ResourceKind.Version.Read(Reason), async t =>
    {
        await foreach (var _ in clients.Arm.GetGalleryImageResource(definition).GetGalleryImageVersions().GetAllAsync(t).ConfigureAwait(false)) return true;
        return false;
    }, cancellationToken);
}
