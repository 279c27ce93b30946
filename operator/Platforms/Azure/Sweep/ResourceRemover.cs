using System.Text.Json.Nodes;
using Azure;
using Azure.Core;
using ImageOperator.Api.Conditions;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Targets.Azure;
using ImageOperator.Engine.Events;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;
using ImageOperator.Platforms.Azure.Calls;
using ImageOperator.Platforms.Azure.Clients;
using ImageOperator.Platforms.Azure.Machines;
using ImageOperator.Platforms.Azure.Waiting;

namespace ImageOperator.Platforms.Azure.Sweep;

/// <summary>Removes what a ledger entry speaks of. Anything may be missing already, or come to be a moment later.</summary>
internal sealed class ResourceRemover(PlatformContext context, AzureTarget target, AzureClients clients, AzureCalls calls, Operations operations, IArmResources resources, MachineReader machines)
{
    private const string Reason = Reasons.MachineFailed;

    private readonly Settling _settling = new(context.Time);

    public Task RemoveAsync(LedgerEntry entry, CancellationToken cancellationToken)
    {
        var kind = ResourceKind.Of(entry.Type) ?? throw new PlatformException(
            FailureKind.Terminal, Reasons.InternalError, $"the ledger's entry {entry.Key} is of the type {entry.Type}, which Azure does not make");
        var id = new ResourceIdentifier(entry.Id!);
        return _settling.RemoveAsync(entry, () => RemoveAsync(kind, id, entry, cancellationToken), cancellationToken);
    }

    private Task RemoveAsync(ResourceKind kind, ResourceIdentifier id, LedgerEntry entry, CancellationToken cancellationToken)
    {
        if (kind == ResourceKind.Group) return RemoveGroupAsync(id, cancellationToken);
        if (kind == ResourceKind.Machine) return machines.RemoveAsync(id, entry.Properties?.GetValueOrDefault(Properties.Disk) is { } disk ? new(disk) : null, cancellationToken);
        if (kind == ResourceKind.Version) return RemoveVersionAsync(id, cancellationToken);
        if (kind == ResourceKind.Definition) return RemoveDefinitionAsync(id, cancellationToken);
        return resources.RemoveAsync(kind.Delete(Reason), id, AdaptiveWait.Removal, cancellationToken);
    }

    private async Task RemoveGroupAsync(ResourceIdentifier id, CancellationToken cancellationToken)
    {
        try
        {
            var call = ResourceKind.Group.Delete(Reason);
            var group = clients.Arm.GetResourceGroupResource(id);
            var operation = await calls.RunAsync(call, t => group.DeleteAsync(WaitUntil.Started, forceDeletionTypes: "Microsoft.Compute/virtualMachines", t), cancellationToken).ConfigureAwait(false);
            if (!target.RemoveInBackground) await operations.WaitAsync(call, operation.GetRawResponse(), AdaptiveWait.GroupRemoval, cancellationToken).ConfigureAwait(false);
        }
        catch (PlatformException e) when (e.Kind == FailureKind.NotFound)
        {
            // It is gone.
        }
    }

    private async Task RemoveVersionAsync(ResourceIdentifier id, CancellationToken cancellationToken)
    {
        // Only a build that did not succeed gets here: what it protected was nobody's yet.
        var found = await resources.ReadAsync(ResourceKind.Version.Read(Reason), id, cancellationToken).ConfigureAwait(false);
        if (found?.Text("safetyProfile", "blockDeletionBeforeEndOfLife") == "true")
        {
            var body = JsonNode.Parse(found.Properties.GetRawText())!.AsObject();
            body["safetyProfile"] = new JsonObject { ["blockDeletionBeforeEndOfLife"] = false };
            body.Remove("provisioningState");
            body.Remove("replicationStatus");
            await resources.PutAsync(ResourceKind.Version.Write(Reason), id, new(found.Location!, body, found.Tags), AdaptiveWait.Image, cancellationToken).ConfigureAwait(false);
        }

        await resources.RemoveAsync(ResourceKind.Version.Delete(Reason), id, AdaptiveWait.Removal, cancellationToken).ConfigureAwait(false);
    }

    private async Task RemoveDefinitionAsync(ResourceIdentifier id, CancellationToken cancellationToken)
    {
        try
        {
            await resources.RemoveAsync(ResourceKind.Definition.Delete(Reason), id, AdaptiveWait.Removal, cancellationToken).ConfigureAwait(false);
        }
        catch (PlatformException e) when (AzureErrors.CodeOf(e) == "CannotDeleteResource")
        {
            context.Observer.Observe(new BuildEvent.Message(MessageLevel.Info, $"the image definition {id.Name} stays: other builds have versions in it by now"));
        }
    }
}
