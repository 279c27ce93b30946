using System.Text.Json.Nodes;
using Azure.Core;
using ImageOperator.Api.Conditions;
using ImageOperator.Api.Targets.Azure;
using ImageOperator.Engine.Events;
using ImageOperator.Engine.Ports;
using ImageOperator.Platforms.Azure.Calls;
using ImageOperator.Platforms.Azure.Clients;
using ImageOperator.Platforms.Azure.Tags;
using ImageOperator.Platforms.Azure.Waiting;

namespace ImageOperator.Platforms.Azure.Capture;

/// <summary>Makes the managed image of a snapshot.</summary>
internal sealed class ManagedImages(PlatformContext context, AzureTarget target, IArmResources resources, Maker maker, BuildTags tags, Outputs outputs, DataDisks dataDisks)
{
    private const string Reason = Reasons.CaptureFailed;

    public async Task<ResourceIdentifier> EnsureAsync(ArmResource snapshot, CancellationToken cancellationToken)
    {
        var id = outputs.ManagedImage!;
        var found = await resources.ReadAsync(ResourceKind.Image.Read(Reason), id, cancellationToken).ConfigureAwait(false);
        if (found is not null && !BuildTags.AreOurs(found.Tags, context.Identity)) throw Outputs.Taken(id, "azure.image.managedImage.name");
        if (found is null || found.State != "Succeeded" || !IsOf(found, snapshot))
        {
            // One of another snapshot is of an attempt that was given up.
            if (found is not null && !IsOf(found, snapshot)) await resources.RemoveAsync(ResourceKind.Image.Delete(Reason), id, Waits.Removal, cancellationToken).ConfigureAwait(false);
            context.Observer.Observe(new BuildEvent.Message(MessageLevel.Info, $"making the managed image {id.Name}"));
            var intent = new ResourceIntent(Keys.ManagedImage, ResourceKind.Image.LedgerType, id.ToString(), Location: snapshot.Location);
            await maker.MakeAsync(
                intent, ResourceKind.Image.Write(Reason),
                call => resources.PutAsync(call, id, new(snapshot.Location!, Body(snapshot), tags.Of(Keys.ManagedImage)), Waits.Image, cancellationToken), cancellationToken).ConfigureAwait(false);
        }

        // Not temporary: until the build has ended nobody takes it away.
        await context.Ledger.KeepAsync(Keys.ManagedImage, id.ToString(), cancellationToken).ConfigureAwait(false);
        return id;
    }

    private static bool IsOf(ArmResource image, ArmResource snapshot) =>
        string.Equals(image.Text("storageProfile", "osDisk", "snapshot", "id"), snapshot.Id.ToString(), StringComparison.OrdinalIgnoreCase);

    private JsonObject Body(ArmResource snapshot)
    {
        var disk = new JsonObject
        {
            ["osType"] = target.OsType.ToString(),
            ["osState"] = "Generalized",
            ["snapshot"] = new JsonObject { ["id"] = snapshot.Id.ToString() },
            ["caching"] = "ReadWrite",
        };
        if (target.OsDisk?.DiskEncryptionSetId is { } set) disk["diskEncryptionSet"] = new JsonObject { ["id"] = set };
        var storage = new JsonObject { ["osDisk"] = disk, ["zoneResilient"] = target.Image.ManagedImage!.ZoneResilient };
        if (dataDisks.OfImage(snapshot.Id) is { } data) storage["dataDisks"] = data;
        return new() { ["hyperVGeneration"] = snapshot.Text("hyperVGeneration") ?? "V1", ["storageProfile"] = storage };
    }
}
