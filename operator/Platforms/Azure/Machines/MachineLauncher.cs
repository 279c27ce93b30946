using System.Text.Json.Nodes;
using Azure;
using Azure.Core;
using Azure.ResourceManager.Compute;
using ImageOperator.Api.Conditions;
using ImageOperator.Api.Targets.Azure;
using ImageOperator.Engine.Events;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;
using ImageOperator.Platforms.Azure.Calls;
using ImageOperator.Platforms.Azure.Capture;
using ImageOperator.Platforms.Azure.Clients;
using ImageOperator.Platforms.Azure.Sources;
using ImageOperator.Platforms.Azure.Tags;
using ImageOperator.Platforms.Azure.Waiting;

namespace ImageOperator.Platforms.Azure.Machines;

/// <summary>Makes a machine with what it needs, where there is room for it.</summary>
internal sealed class MachineLauncher(
    PlatformContext context, AzureTarget target, AzureClients clients, AzureCalls calls, Operations operations, IArmResources resources, Maker maker, BuildTags tags, MachineReader reader)
{
    public async Task<AzureMachine> LaunchAsync(MachineRequest request, MachineImage image, CancellationToken cancellationToken)
    {
        var purpose = request.Purpose.ToString().ToLowerInvariant();
        var names = MachineNames.Of(context.Identity, purpose);
        var group = await BuildGroup.OpenAsync(target, purpose, names, clients, calls, resources, maker, tags, cancellationToken).ConfigureAwait(false);
        var networks = new NetworkMaker(context, target.Network ?? new(), resources);
        var network = await networks.MakeAsync(group, purpose, names, 1, cancellationToken).ConfigureAwait(false);
        if (image.OsDisk is not null) image = await MakeImageAsync(group, purpose, names, image, cancellationToken).ConfigureAwait(false);

        var requests = new MachineData(target, clients.Location);
        var (tried, number) = (new List<string>(), 0);
        PlatformException? lacking = null;
        foreach (var place in Places())
        {
            var (name, disk) = (names.Machine(++number), names.Disk(number));
            if (number > 1) network = await networks.MakeAsync(group, purpose, names, number, cancellationToken).ConfigureAwait(false);
            var (id, diskId) = (group.IdOf(ResourceKind.Machine, name), group.IdOf(ResourceKind.Disk, disk));
            ResourceIdentifier[] dataDisks = [.. requests.LunsOf(request.Purpose, image).Select(lun => DataDisks.DiskOf(id, lun))];
            try
            {
                var data = requests.Of(request, image, place, network.Interface, name, disk);
                await RunAsync(group, $"{purpose}/machine", name, diskId, dataDisks, data, cancellationToken).ConfigureAwait(false);
                var address = await Waits.Network.PollAsync(context.Time, () => networks.AddressOfAsync(network, cancellationToken), cancellationToken).ConfigureAwait(false);
                context.Observer.Observe(new BuildEvent.Message(MessageLevel.Info, $"machine {name} runs: {place}"));
                var last = request.Purpose == MachinePurpose.Build ? Generalization.Of(target, request.Credentials) : null;
                return new AzureMachine(id, diskId, new(address, context.Communicator.Ssh?.Port ?? 22), tried, last, reader, context.Time);
            }
            catch (PlatformException e) when (e.Kind is FailureKind.Capacity or FailureKind.Quota)
            {
                lacking = e;
                tried.Add($"{place}: {AzureErrors.CodeOf(e) ?? e.Message}");
                context.Observer.Observe(new BuildEvent.Message(MessageLevel.Warning, $"no room for {place}: {e.Message}"));
                // One that was accepted and then found no room is there all the same, and holds the interface.
                await reader.RemoveAsync(id, [diskId, .. dataDisks], cancellationToken).ConfigureAwait(false);
            }
        }

        throw new PlatformException(lacking!.Kind, Reasons.NoCapacity, $"nowhere is room for the machine: {string.Join("; ", tried)}; the last: {lacking.Message}", lacking.Hint, lacking);
    }

    /// <summary>All zones for the first size, then for the next.</summary>
    private IEnumerable<Place> Places() =>
        from size in target.VmSizes
        from zone in target.Zones.Count > 0 ? target.Zones : [null!]
        select new Place(size, zone);

    /// <summary>Machines are made of images: a disk or snapshot becomes one for as long as the machine is needed.</summary>
    private async Task<MachineImage> MakeImageAsync(BuildGroup group, string purpose, MachineNames names, MachineImage image, CancellationToken cancellationToken)
    {
        var disk = image.OsDisk!.DeepClone().AsObject();
        disk["osType"] = target.OsType.ToString();
        disk["osState"] = "Generalized";
        var properties = new JsonObject { ["hyperVGeneration"] = image.HyperVGeneration ?? "V1", ["storageProfile"] = new JsonObject { ["osDisk"] = disk } };
        if (image.DataDisks is { } data) properties["storageProfile"]!["dataDisks"] = data.DeepClone();
        var id = await group.PutAsync($"{purpose}/source-image", ResourceKind.Image, names.SourceImage, properties, Waits.Image, cancellationToken).ConfigureAwait(false);
        return image with { Id = id, OsDisk = null, DataDisks = null };
    }

    private Task<ResourceIdentifier> RunAsync(
        BuildGroup group, string key, string name, ResourceIdentifier disk, ResourceIdentifier[] dataDisks, VirtualMachineData data, CancellationToken cancellationToken)
    {
        var properties = new Dictionary<string, string> { [Properties.Disk] = disk.ToString() };
        if (dataDisks.Length > 0) properties[Properties.DataDisks] = string.Join('\n', dataDisks.Select(d => d.ToString()));
        return group.MakeAsync(key, ResourceKind.Machine, name, properties, async (call, id, marks) =>
        {
            data.Tags.Clear();
            foreach (var (tag, value) in marks) data.Tags[tag] = value;
            var machines = clients.Arm.GetResourceGroupResource(group.Id).GetVirtualMachines();
            var operation = await calls.RunAsync(call, t => machines.CreateOrUpdateAsync(WaitUntil.Started, name, data, t), cancellationToken).ConfigureAwait(false);
            call.Unclear = true;
            await operations.WaitAsync(call, operation.GetRawResponse(), Waits.MachineStart, cancellationToken).ConfigureAwait(false);
        }, cancellationToken);
    }
}
