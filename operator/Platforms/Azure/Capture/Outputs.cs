using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Azure.Core;
using ImageOperator.Api.Conditions;
using ImageOperator.Api.Targets.Azure;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;
using ImageOperator.Platforms.Azure.Calls;
using ImageOperator.Platforms.Azure.Clients;
using ImageOperator.Platforms.Azure.Machines;
using ImageOperator.Platforms.Azure.Sources;
using ImageOperator.Platforms.Azure.Tags;

namespace ImageOperator.Platforms.Azure.Capture;

/// <summary>What the results are called, and whether they can be called so.</summary>
internal sealed class Outputs(PlatformContext context, AzureTarget target, AzureClients clients, AzureCalls calls, IArmResources resources, BlobStore blobs)
{
    private const string Reason = Reasons.CaptureFailed;

    private readonly AzureImage _image = target.Image;

    public ResourceIdentifier Group => ArmId.Group(clients.Access.SubscriptionId, _image.ResourceGroup);

    /// <summary>Of the snapshot that all results are made of: a result itself, or gone in the end.</summary>
    public ResourceIdentifier Snapshot => ArmId.Of(Group, ResourceKind.Snapshot.ArmType, _image.Snapshot?.Name ?? MachineNames.Of(context.Identity, "build").Snapshot);

    public ResourceIdentifier? ManagedImage => _image.ManagedImage is { } managed ? ArmId.Of(Group, ResourceKind.Image.ArmType, managed.Name) : null;

    public ResourceIdentifier Definition(AzureGalleryImage gallery) =>
        ArmId.Of(ArmId.Group(gallery.SubscriptionId ?? clients.Access.SubscriptionId, gallery.ResourceGroup ?? _image.ResourceGroup), ResourceKind.Definition.ArmType, $"{gallery.Gallery}/{gallery.Definition}");

    /// <summary>The version's ID: what an earlier attempt chose, what the target says, or by the time.</summary>
    public ResourceIdentifier Version(AzureGalleryImage gallery)
    {
        if (context.Ledger.Find(Keys.Version)?.Id is { } known) return new(known);
        var version = gallery.Version ?? Numbers(context.Time.GetUtcNow(), context.Identity);
        return ArmId.Of(Definition(gallery).Parent!.Parent!, ResourceKind.Version.ArmType, $"{gallery.Gallery}/{gallery.Definition}/{version}");
    }

    public Uri? Vhd => _image.Vhd is { } vhd ? new($"https://{vhd.Account}.blob.{clients.Access.StorageDomain}/{vhd.Container}/{vhd.Name}") : null;

    /// <summary>By the time, with three digits of the build's own: builds that end in the same second do not meet.</summary>
    private static string Numbers(DateTimeOffset now, BuildIdentity identity)
    {
        var second = int.Parse(now.UtcDateTime.ToString("Hmmss", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        var own = BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(identity.Key))) % 1000;
        return string.Create(CultureInfo.InvariantCulture, $"{now.UtcDateTime:yyyy.Mdd}.{(second * 1000) + own}");
    }

    /// <summary>Fails where a result could not be made in the end.</summary>
    public async Task CheckAsync(MachineImage source, CancellationToken cancellationToken)
    {
        await CheckGroupAsync(Group, "azure.image.resourceGroup", cancellationToken).ConfigureAwait(false);
        if (ManagedImage is { } managed) await CheckFreeAsync(ResourceKind.Image, managed, "azure.image.managedImage.name", cancellationToken).ConfigureAwait(false);
        if (_image.Snapshot is not null)
        {
            foreach (var snapshot in target.DataDisks.Select(d => DataDisks.SnapshotOf(Snapshot, d.Lun)).Prepend(Snapshot)) await CheckFreeAsync(ResourceKind.Snapshot, snapshot, "azure.image.snapshot.name", cancellationToken).ConfigureAwait(false);
        }

        if (Vhd is { } vhd) await CheckBlobAsync(vhd, cancellationToken).ConfigureAwait(false);
        if (_image.Gallery is not { } gallery) return;
        if (gallery.Version is not null) await CheckFreeAsync(ResourceKind.Version, Version(gallery), "azure.image.gallery.version", cancellationToken).ConfigureAwait(false);
        var galleryId = Definition(gallery).Parent!;
        if (galleryId.Parent! != Group) await CheckGroupAsync(galleryId.Parent!, "azure.image.gallery.resourceGroup", cancellationToken).ConfigureAwait(false);
        if (await resources.ReadAsync(new("Microsoft.Compute/galleries/read", Reason), galleryId, cancellationToken).ConfigureAwait(false) is null)
        {
            throw new PlatformException(FailureKind.NotFound, Reason, $"azure.image.gallery.gallery: there is no {galleryId}", "make the gallery, or name another one: only image definitions are made where they are missing");
        }

        var definition = await resources.ReadAsync(ResourceKind.Definition.Read(Reason), Definition(gallery), cancellationToken).ConfigureAwait(false);
        if (definition is null) return;
        Require(definition, "osType", target.OsType.ToString(), "azure.osType");
        Require(definition, "osState", "Generalized", "builds make generalized images");
        Require(definition, "hyperVGeneration", source.HyperVGeneration, "the source's generation");
        Require(definition, "architecture", source.Architecture, "the source's architecture");
        RequireFeature(definition);
    }

    public static PlatformException Taken(object id, string field, Exception? inner = null) => new(
        FailureKind.Terminal, Reason, $"{field}: {id} is there already, and is not this build's", $"put $(build.time) or $(build.name) into {field}, or remove the other one", inner);

    private async Task CheckFreeAsync(ResourceKind kind, ResourceIdentifier id, string field, CancellationToken cancellationToken)
    {
        if (await resources.ReadAsync(kind.Read(Reason), id, cancellationToken).ConfigureAwait(false) is { } other && !BuildTags.AreOurs(other.Tags, context.Identity)) throw Taken(id, field);
    }

    private async Task CheckBlobAsync(Uri blob, CancellationToken cancellationToken)
    {
        try
        {
            if (await blobs.ReadAsync(blob, Reason, cancellationToken).ConfigureAwait(false) is { } other && !other.IsOf(context.Identity)) throw Taken(blob, "azure.image.vhd.name");
        }
        catch (PlatformException e) when (AzureErrors.CodeOf(e) == "ContainerNotFound")
        {
            throw new PlatformException(FailureKind.NotFound, Reason, $"azure.image.vhd.container: there is no container {_image.Vhd!.Container} in the storage account {_image.Vhd.Account}", "make it, or name another one", e);
        }
        catch (PlatformException e) when (e.InnerException is global::Azure.RequestFailedException { Status: 0 })
        {
            throw new PlatformException(e.Kind, Reason, $"azure.image.vhd.account: {blob.Host} does not answer: {e.Message}", "is the account's name right, and may the builder reach it?", e);
        }
    }

    private async Task CheckGroupAsync(ResourceIdentifier id, string field, CancellationToken cancellationToken)
    {
        try
        {
            await calls.RunAsync(ResourceKind.Group.Read(Reason), t => clients.Arm.GetResourceGroupResource(id).GetAsync(t), cancellationToken).ConfigureAwait(false);
        }
        catch (PlatformException e) when (AzureErrors.IsGone(e))
        {
            throw new PlatformException(FailureKind.NotFound, Reason, $"{field}: there is no resource group {id.Name} in the subscription {id.SubscriptionId}", "make it, or name another one: only groups for temporary things are made", e);
        }
    }

    /// <summary>A definition for Trusted Launch or confidential machines takes no others, and the other way round.</summary>
    private void RequireFeature(ArmResource definition)
    {
        var found = "Standard";
        if (definition.Properties.TryGetProperty("features", out var features) && features.ValueKind == JsonValueKind.Array)
        {
            found = features.EnumerateArray().FirstOrDefault(f => f.TryGetProperty("name", out var name) && name.GetString() == "SecurityType") is { ValueKind: JsonValueKind.Object } feature
                ? feature.GetProperty("value").GetString()! : found;
        }

        // What is only supported may be left out.
        var fits = target.Security?.Type switch
        {
            null => found is "Standard" || found.EndsWith("Supported", StringComparison.Ordinal),
            AzureSecurityType.TrustedLaunch => found.StartsWith("TrustedLaunch", StringComparison.Ordinal),
            _ => found is "ConfidentialVM" || found.EndsWith("ConfidentialVMSupported", StringComparison.Ordinal) || found == "TrustedLaunchAndConfidentialVmSupported",
        };
        if (!fits) throw Other(definition, $"the security type {found}", $"not {target.Security?.Type.ToString() ?? "machines without azure.security"}");
    }

    private static void Require(ArmResource definition, string property, string? wanted, string whose)
    {
        if (wanted is null || definition.Text(property) is not { } found || string.Equals(found, wanted, StringComparison.OrdinalIgnoreCase)) return;
        throw Other(definition, $"{property} {found}", $"not {wanted} ({whose})");
    }

    private static PlatformException Other(ArmResource definition, string found, string wanted) => new(
        FailureKind.Terminal, Reason, $"azure.image.gallery.definition: {definition.Id.Name} is for {found}, {wanted}", "name another definition: one that is missing is made");
}
