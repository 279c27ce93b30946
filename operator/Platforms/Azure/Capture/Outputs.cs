using System.Globalization;
using Azure.Core;
using ImageOperator.Api.Conditions;
using ImageOperator.Api.Targets.Azure;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;
using ImageOperator.Platforms.Azure.Clients;
using ImageOperator.Platforms.Azure.Machines;
using ImageOperator.Platforms.Azure.Tags;

namespace ImageOperator.Platforms.Azure.Capture;

/// <summary>What the results are called, and whether they can be called so.</summary>
internal sealed class Outputs(PlatformContext context, AzureTarget target, AzureClients clients, IArmResources resources)
{
    private const string Reason = Reasons.CaptureFailed;

    private readonly AzureImage _image = target.Image;

    public ResourceIdentifier Group => ArmId.Group(clients.Access.SubscriptionId, _image.ResourceGroup);

    /// <summary>Of the snapshot that all results are made of: a result itself, or gone in the end.</summary>
    public ResourceIdentifier Snapshot => ArmId.Of(Group, ResourceKind.Snapshot.ArmType, _image.Snapshot?.Name ?? MachineNames.Of(context.Identity, "build").Snapshot);

    public ResourceIdentifier? ManagedImage => _image.ManagedImage is { } managed ? ArmId.Of(Group, ResourceKind.Image.ArmType, managed.Name) : null;

    public ResourceIdentifier Definition(AzureGalleryImage gallery) =>
        ArmId.Of(ArmId.Group(clients.Access.SubscriptionId, gallery.ResourceGroup ?? _image.ResourceGroup), ResourceKind.Definition.ArmType, $"{gallery.Gallery}/{gallery.Definition}");

    /// <summary>The version's ID: what an earlier attempt chose, what the target says, or by the time.</summary>
    public ResourceIdentifier Version(AzureGalleryImage gallery)
    {
        if (context.Ledger.Find(Keys.Version)?.Id is { } known) return new(known);
        var version = gallery.Version ?? context.Time.GetUtcNow().UtcDateTime.ToString("yyyy.Mdd.Hmmss", CultureInfo.InvariantCulture);
        return ArmId.Of(Definition(gallery).Parent!.Parent!, ResourceKind.Version.ArmType, $"{gallery.Gallery}/{gallery.Definition}/{version}");
    }

    /// <summary>Fails where a result could not be made in the end.</summary>
    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        if (ManagedImage is { } managed) await CheckFreeAsync(ResourceKind.Image, managed, "azure.image.managedImage.name", cancellationToken).ConfigureAwait(false);
        if (_image.Snapshot is not null) await CheckFreeAsync(ResourceKind.Snapshot, Snapshot, "azure.image.snapshot.name", cancellationToken).ConfigureAwait(false);
        if (_image.Gallery is not { } gallery) return;
        if (gallery.Version is not null) await CheckFreeAsync(ResourceKind.Version, Version(gallery), "azure.image.gallery.version", cancellationToken).ConfigureAwait(false);
        var definition = await resources.ReadAsync(ResourceKind.Definition.Read(Reason), Definition(gallery), cancellationToken).ConfigureAwait(false);
        if (definition is null) return;
        Require(definition, "osType", target.OsType.ToString(), "azure.osType");
        Require(definition, "osState", "Generalized", "builds make generalized images");
    }

    public static PlatformException Taken(ResourceIdentifier id, string field, Exception? inner = null) => new(
        FailureKind.Terminal, Reason, $"{field}: {id} is there already, and is not this build's", $"put $(build.time) or $(build.name) into {field}, or remove the other one", inner);

    private async Task CheckFreeAsync(ResourceKind kind, ResourceIdentifier id, string field, CancellationToken cancellationToken)
    {
        if (await resources.ReadAsync(kind.Read(Reason), id, cancellationToken).ConfigureAwait(false) is { } other && !BuildTags.AreOurs(other.Tags, context.Identity)) throw Taken(id, field);
    }

    private static void Require(ArmResource definition, string property, string wanted, string whose)
    {
        if (definition.Text(property) is not { } found || found == wanted) return;
        throw new PlatformException(
            FailureKind.Terminal, Reason, $"azure.image.gallery.definition: {definition.Id.Name} is for {property} {found}, not {wanted} ({whose})", "name another definition: one that is missing is made");
    }
}
