using System.Text.Json.Nodes;
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
using ImageOperator.Platforms.Azure.Sources;
using ImageOperator.Platforms.Azure.Tags;
using ImageOperator.Platforms.Azure.Waiting;

namespace ImageOperator.Platforms.Azure.Capture;

/// <summary>
/// Stops a machine and takes a snapshot of its disk: from then on the machine is not needed, whatever is made of it. A PUT by the same name is the same
/// snapshot, so a later attempt says it again.
/// </summary>
internal sealed class SnapshotCapture(
    PlatformContext context, AzureTarget target, IArmResources resources, Maker maker, BuildTags tags, MachineReader machines, Outputs outputs, DataDisks dataDisks)
{
    private const string Reason = Reasons.CaptureFailed;

    public async Task<ArmResource> TakeAsync(AzureMachine machine, ImagePlan? plan, CancellationToken cancellationToken)
    {
        await machine.StopWatchingAsync().ConfigureAwait(false);
        // One of this name may have come to be since the build began.
        if (await SettledAsync(outputs.Snapshot, cancellationToken).ConfigureAwait(false) is { } other && !BuildTags.AreOurs(other.Tags, context.Identity)) throw Outputs.Taken(other.Id, "azure.image.snapshot.name");
        foreach (var lun in dataDisks.Luns) await CheckFreeAsync(DataDisks.SnapshotOf(outputs.Snapshot, lun), cancellationToken).ConfigureAwait(false);
        // The machine is fit for an image from now on: whoever comes next goes on with it, whatever becomes of this process.
        await maker.IntendAsync(Intent(outputs.Snapshot, machine.Id, machine.Disk, plan), cancellationToken).ConfigureAwait(false);
        await StopAsync(machine.Id, cancellationToken).ConfigureAwait(false);
        return await MakeAsync(outputs.Snapshot, machine.Id, machine.Disk, plan, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The snapshot of an earlier attempt; taken now, if its machine is there still.</summary>
    public async Task<ArmResource?> ResumeAsync(LedgerEntry entry, CancellationToken cancellationToken)
    {
        var id = new ResourceIdentifier(entry.Id!);
        var found = await SettledAsync(id, cancellationToken).ConfigureAwait(false);
        // The intent says only that one of this name was about to be made.
        if (found is not null && !BuildTags.AreOurs(found.Tags, context.Identity)) throw Outputs.Taken(id, "azure.image.snapshot.name");
        if (found?.State == "Succeeded")
        {
            if (entry.State != LedgerState.Created) await context.Ledger.ConfirmAsync(entry.Key, entry.Id!, new Dictionary<string, string> { [Maker.Made] = "true" }, cancellationToken).ConfigureAwait(false);
            return found;
        }

        if (entry.Properties?.GetValueOrDefault(Properties.Machine) is not { } machine || entry.Properties.GetValueOrDefault(Properties.Disk) is not { } disk) return null;
        var stopped = await machines.ReadAsync(new(machine), justMade: false, cancellationToken).ConfigureAwait(false);
        if (stopped is null) return null;
        if (MachineReader.PowerOf(stopped) != MachineReader.Deallocated) await StopAsync(new(machine), cancellationToken).ConfigureAwait(false);
        return await MakeAsync(id, new(machine), new(disk), ImagePlan.Of(entry), cancellationToken).ConfigureAwait(false);
    }

    private async Task<ArmResource?> SettledAsync(ResourceIdentifier id, CancellationToken cancellationToken)
    {
        var lookout = new Lookout(context.Time);
        var looked = await Waits.Snapshot.PollAsync<Box>(context.Time, async () =>
        {
            var look = await lookout.LookAsync(async () => new Box(await resources.ReadAsync(ResourceKind.Snapshot.Read(Reason), id, cancellationToken).ConfigureAwait(false))).ConfigureAwait(false);
            return look?.Found?.State is "Creating" or "Updating" ? null : look;
        }, cancellationToken).ConfigureAwait(false);
        return looked.Found;
    }

    private async Task<ArmResource> MakeAsync(ResourceIdentifier id, ResourceIdentifier machine, ResourceIdentifier disk, ImagePlan? plan, CancellationToken cancellationToken)
    {
        // That of the system disk is the last: when it is there all are.
        foreach (var lun in dataDisks.Luns)
        {
            var (data, of) = (DataDisks.SnapshotOf(id, lun), DataDisks.DiskOf(machine, lun));
            await CheckFreeAsync(data, cancellationToken).ConfigureAwait(false);
            await PutAsync(new(DataDisks.KeyOf(lun), ResourceKind.Snapshot.LedgerType, data.ToString(), Location: Location()), of, tags.Of(DataDisks.KeyOf(lun)), cancellationToken).ConfigureAwait(false);
        }

        var marks = tags.Of(Keys.Captured);
        if (outputs.Vhd is { AbsoluteUri: { Length: <= BuildTags.LongestValue } blob }) marks[BuildTags.Vhd] = blob;
        return await PutAsync(Intent(id, machine, disk, plan), disk, marks, cancellationToken).ConfigureAwait(false);
    }

    private async Task CheckFreeAsync(ResourceIdentifier data, CancellationToken cancellationToken)
    {
        if (await SettledAsync(data, cancellationToken).ConfigureAwait(false) is { } other && !BuildTags.AreOurs(other.Tags, context.Identity)) throw Outputs.Taken(data, "azure.image.snapshot.name");
    }

    private async Task<ArmResource> PutAsync(ResourceIntent intent, ResourceIdentifier disk, Dictionary<string, string> marks, CancellationToken cancellationToken)
    {
        var id = new ResourceIdentifier(intent.Id!);
        context.Observer.Observe(new BuildEvent.Message(MessageLevel.Info, $"taking the snapshot {id.Name} of {disk.Name}"));
        var properties = new JsonObject { ["creationData"] = new JsonObject { ["createOption"] = "Copy", ["sourceResourceId"] = disk.ToString() }, ["incremental"] = false };
        // A confidential disk's own encryption is its snapshot's, too, and no other is added to it.
        var confidential = target.Security is { Type: AzureSecurityType.ConfidentialVM, ConfidentialDisk: AzureConfidentialDisk.DiskWithVMGuestState };
        if (!confidential && target.OsDisk?.DiskEncryptionSetId is { } set) properties["encryption"] = new JsonObject { ["type"] = "EncryptionAtRestWithCustomerKey", ["diskEncryptionSetId"] = set };
        ArmResource? made = null;
        await maker.MakeAsync(intent, ResourceKind.Snapshot.Write(Reason), async call =>
            made = await resources.PutAsync(call, id, new(Location(), properties, marks, "Standard_LRS"), Waits.Snapshot, cancellationToken).ConfigureAwait(false),
            cancellationToken).ConfigureAwait(false);
        return made!;
    }

    private ResourceIntent Intent(ResourceIdentifier id, ResourceIdentifier machine, ResourceIdentifier disk, ImagePlan? plan)
    {
        var known = new Dictionary<string, string> { [Properties.Machine] = machine.ToString(), [Properties.Disk] = disk.ToString() };
        plan?.WriteTo(known);
        return new(Keys.Captured, ResourceKind.Snapshot.LedgerType, id.ToString(), known, Location());
    }

    private string Location() => target.Location ?? context.Platform!.Spec.Azure!.Location;

    private async Task StopAsync(ResourceIdentifier id, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(target.ShutdownTimeout.Value, context.Time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await machines.DeallocateAsync(id, linked.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new PlatformException(
                FailureKind.Terminal, Reason, $"the machine {id.Name} did not stop within {target.ShutdownTimeout}", "find out what holds up its shutdown, or raise azure.shutdownTimeout");
        }
    }

    private sealed record Box(ArmResource? Found);
}
