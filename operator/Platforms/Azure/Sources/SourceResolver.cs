using System.Text.Json;
using Azure.Core;
using Azure.ResourceManager.Compute;
using Azure.ResourceManager.Compute.Models;
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

namespace ImageOperator.Platforms.Azure.Sources;

/// <summary>Finds the source image, and whether the results can be made where they shall be: both before anything is made.</summary>
internal sealed class SourceResolver(PlatformContext context, AzureTarget target, AzureClients clients, AzureCalls calls, IArmResources resources, BlobStore blobs, Outputs outputs)
{
    private const string Reason = Reasons.SourceUnavailable;

    private (SourceImage Source, MachineImage Image)? _found;

    /// <summary>Finds the source; once, so that what was judged is what is built.</summary>
    public async Task<SourceImage> IdentifyAsync(CancellationToken cancellationToken) => (await FindOnceAsync(cancellationToken).ConfigureAwait(false)).Source;

    public async Task<MachineImage> ImageAsync(CancellationToken cancellationToken) => (await FindOnceAsync(cancellationToken).ConfigureAwait(false)).Image;

    public async Task<SourceImage> ResolveAsync(CancellationToken cancellationToken)
    {
        NetworkMaker.Check(target.Network);
        var source = await IdentifyAsync(cancellationToken).ConfigureAwait(false);
        await outputs.CheckAsync(await ImageAsync(cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        return source;
    }

    private async Task<(SourceImage Source, MachineImage Image)> FindOnceAsync(CancellationToken cancellationToken)
    {
        if (_found is { } found) return found;
        var now = await FindAsync(cancellationToken).ConfigureAwait(false);
        if (target.Security is { } security && now.Image.HyperVGeneration == "V1")
        {
            throw Unavailable($"azure.security: {security.Type} needs a source of generation V2, and {now.Source.Id} is V1", "choose a source with gen2 in its SKU, or remove security");
        }

        foreach (var disk in target.DataDisks.Where(d => now.Image.Luns.Contains(d.Lun)))
        {
            throw Unavailable($"azure.dataDisks: {now.Source.Id} has a disk with LUN {disk.Lun} already", "choose another lun: the source's own data disks are not captured");
        }

        _found = now;
        return now;
    }

    private async Task<(SourceImage Source, MachineImage Image)> FindAsync(CancellationToken cancellationToken) => target.Source switch
    {
        { Marketplace: { } image } => await FindMarketplaceAsync(image, cancellationToken).ConfigureAwait(false),
        { ManagedImage: { } id } => await FindManagedAsync(new(id), cancellationToken).ConfigureAwait(false),
        { GalleryImage: { } id } => await FindVersionAsync(id, cancellationToken).ConfigureAwait(false),
        { Vhd: { } vhd } => await FindVhdAsync(vhd, cancellationToken).ConfigureAwait(false),
        _ => throw new InvalidOperationException("the source names no image: the API refuses such a target"),
    };

    private async Task<(SourceImage, MachineImage)> FindMarketplaceAsync(AzureMarketplaceImage image, CancellationToken cancellationToken)
    {
        var call = new AzureCall("Microsoft.Compute/locations/publishers/artifacttypes/offers/skus/versions/read", Reason);
        try
        {
            var version = image.Version;
            if (version == "latest")
            {
                var all = await calls.RunAsync(call, async t =>
                {
                    var names = new List<string>();
                    await foreach (var one in clients.Subscription.GetVirtualMachineImagesAsync(clients.Location, image.Publisher, image.Offer, image.Sku, cancellationToken: t).ConfigureAwait(false)) names.Add(one.Name);
                    return names;
                }, cancellationToken).ConfigureAwait(false);
                version = all.MaxBy(n => n, VersionOrder.Instance) ?? throw NotFound(null);
            }

            var read = await calls.RunAsync(
                call, t => clients.Subscription.GetVirtualMachineImageAsync(clients.Location, image.Publisher, image.Offer, image.Sku, version, t), cancellationToken).ConfigureAwait(false);
            var found = image with { Version = version };
            var plan = read.Value.Plan is { } p ? new ImagePlan(p.Name, p.Publisher, p.Product) : null;
            return (
                new SourceImage { Id = $"{found.Publisher}:{found.Offer}:{found.Sku}:{version}", Name = $"{found.Offer} {found.Sku}" },
                new MachineImage { Marketplace = found, Plan = plan, HyperVGeneration = read.Value.HyperVGeneration?.ToString(), Architecture = read.Value.Architecture?.ToString(), Luns = [.. read.Value.DataDiskImages.Select(d => d.Lun).OfType<int>()] });
        }
        catch (PlatformException e) when (e.Kind == FailureKind.NotFound && e.InnerException is not null)
        {
            throw NotFound(e);
        }

        PlatformException NotFound(Exception? e) => new(
            FailureKind.NotFound, Reason, $"azure.source.marketplace: there is no {image.Publisher}:{image.Offer}:{image.Sku}:{image.Version} in {clients.Location}",
            "az vm image list --all shows what there is", e);
    }

    private async Task<(SourceImage, MachineImage)> FindManagedAsync(ResourceIdentifier id, CancellationToken cancellationToken)
    {
        var image = await resources.ReadAsync(ResourceKind.Image.Read(Reason), id, cancellationToken).ConfigureAwait(false)
            ?? throw new PlatformException(FailureKind.NotFound, Reason, $"azure.source.managedImage: there is no {id} that these credentials may read", "check its ID and the role on its resource group");
        if (image.Location != clients.Location.Name) throw Unavailable($"azure.source.managedImage: {id.Name} is in {image.Location}, not in {clients.Location}", "managed images are used in their own region: build there, or use a gallery");
        return (new SourceImage { Id = id.ToString(), Name = id.Name }, new MachineImage { Id = id, Plan = GivenPlan, HyperVGeneration = image.Text("hyperVGeneration"), Luns = LunsIn(image, "dataDisks") });
    }

    private async Task<(SourceImage, MachineImage)> FindVersionAsync(string given, CancellationToken cancellationToken)
    {
        var id = new ResourceIdentifier(given);
        var isLatest = id.ResourceType != ResourceKind.Version.ArmType || id.Name == "latest";
        var definitionId = id.ResourceType == ResourceKind.Version.ArmType ? id.Parent! : id;
        var definition = await resources.ReadAsync(ResourceKind.Definition.Read(Reason), definitionId, cancellationToken).ConfigureAwait(false) ?? throw NotFound("there is no image definition", definitionId);
        if (definition.Text("osState") == "Specialized") throw Unavailable($"azure.source.galleryImage: {definitionId.Name} is specialized: machines of it take no user, key or host key", "name a generalized image");
        var versionId = isLatest ? await LatestAsync(definitionId, cancellationToken).ConfigureAwait(false) : id;
        var version = await resources.ReadAsync(ResourceKind.Version.Read(Reason), versionId, cancellationToken).ConfigureAwait(false) ?? throw NotFound("there is no version", versionId);
        var plan = definition.Text("purchasePlan", "name") is { } name ? new ImagePlan(name, definition.Text("purchasePlan", "publisher")!, definition.Text("purchasePlan", "product")!) : null;
        return (new SourceImage { Id = versionId.ToString(), Name = $"{definitionId.Name} {versionId.Name}" }, new MachineImage { Id = versionId, Plan = plan, HyperVGeneration = definition.Text("hyperVGeneration"), Architecture = definition.Text("architecture"), Luns = LunsIn(version, "dataDiskImages") });

        static PlatformException NotFound(string what, ResourceIdentifier at) => new(
            FailureKind.NotFound, Reason, $"azure.source.galleryImage: {what} {at} that these credentials may read", "check its ID and the role on its gallery");
    }

    private async Task<ResourceIdentifier> LatestAsync(ResourceIdentifier definition, CancellationToken cancellationToken)
    {
        var all = await calls.RunAsync(ResourceKind.Version.Read(Reason), async t =>
        {
            var versions = new List<GalleryImageVersionData>();
            await foreach (var one in clients.Arm.GetGalleryImageResource(definition).GetGalleryImageVersions().GetAllAsync(t).ConfigureAwait(false)) versions.Add(one.Data);
            return versions;
        }, cancellationToken).ConfigureAwait(false);
        var usable = all.Where(v => v.ProvisioningState == GalleryProvisioningState.Succeeded && v.PublishingProfile?.IsExcludedFromLatest != true
            && v.PublishingProfile?.TargetRegions.Any(r => new AzureLocation(r.Name) == clients.Location && r.IsExcludedFromLatest != true) == true);
        return usable.MaxBy(v => v.Name, VersionOrder.Instance)?.Id ?? throw new PlatformException(
            FailureKind.NotFound, Reason, $"azure.source.galleryImage: {definition.Name} has no version in {clients.Location} that is not excluded from latest", "replicate one there, or name a version");
    }

    private async Task<(SourceImage, MachineImage)> FindVhdAsync(AzureVhd vhd, CancellationToken cancellationToken)
    {
        var image = new MachineImage { OsDisk = new() { ["blobUri"] = vhd.Uri }, Plan = GivenPlan, HyperVGeneration = vhd.HyperVGeneration.ToString() };
        // No token goes to another server.
        if (!clients.Access.IsBlob(new(vhd.Uri))) return ByAddress($"it is not in {clients.Access.StorageDomain}, and is not asked for");
        try
        {
            var found = await blobs.ReadAsync(new(vhd.Uri), Reason, cancellationToken).ConfigureAwait(false);
            return found is null ? throw NotThere(null) : (new SourceImage { Id = vhd.Uri, Digest = $"etag:{found.Tag.Trim('"')}" }, image);
        }
        catch (PlatformException e) when (AzureErrors.CodeOf(e) == "ContainerNotFound")
        {
            throw NotThere(e);
        }
        catch (PlatformException e) when (e.Kind == FailureKind.Auth)
        {
            // Azure itself reads it by another right: the build can go on.
            return ByAddress($"the role Storage Blob Data Reader lets the builder see its changes ({e.Message})");
        }

        (SourceImage, MachineImage) ByAddress(string why)
        {
            context.Observer.Observe(new BuildEvent.Message(MessageLevel.Warning, $"{vhd.Uri} is known by its address only, and what is written to it later is not noticed: {why}"));
            return (new SourceImage { Id = vhd.Uri }, image);
        }

        PlatformException NotThere(Exception? e) => new(FailureKind.NotFound, Reason, $"azure.source.vhd.uri: there is no {vhd.Uri}", "check account, container and name", e);
    }

    private static IReadOnlyList<int> LunsIn(ArmResource image, string disks) =>
        image.Properties.TryGetProperty("storageProfile", out var storage) && storage.TryGetProperty(disks, out var list) && list.ValueKind == JsonValueKind.Array ? [.. list.EnumerateArray().Select(d => d.GetProperty("lun").GetInt32())] : [];

    private ImagePlan? GivenPlan => target.Source.Plan is { } plan ? new(plan.Name, plan.Publisher, plan.Product) : null;

    private static PlatformException Unavailable(string message, string hint) => new(FailureKind.Terminal, Reason, message, hint);
}
