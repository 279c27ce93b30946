using Azure.Core;
using ImageOperator.Platforms.Azure.Calls;

namespace ImageOperator.Platforms.Azure.Clients;

/// <summary>A kind of thing that builds make: its name in the ledger and in Azure.</summary>
internal sealed record ResourceKind(string LedgerType, string ArmType)
{
    public static readonly ResourceKind Group = new("azure/resource-group", "Microsoft.Resources/subscriptions/resourceGroups");
    public static readonly ResourceKind SecurityGroup = new("azure/security-group", "Microsoft.Network/networkSecurityGroups");
    public static readonly ResourceKind VirtualNetwork = new("azure/virtual-network", "Microsoft.Network/virtualNetworks");
    public static readonly ResourceKind PublicAddress = new("azure/public-ip", "Microsoft.Network/publicIPAddresses");
    public static readonly ResourceKind NetworkInterface = new("azure/network-interface", "Microsoft.Network/networkInterfaces");
    public static readonly ResourceKind Machine = new("azure/virtual-machine", "Microsoft.Compute/virtualMachines");
    public static readonly ResourceKind Disk = new("azure/disk", "Microsoft.Compute/disks");
    public static readonly ResourceKind Snapshot = new("azure/snapshot", "Microsoft.Compute/snapshots");
    public static readonly ResourceKind Image = new("azure/image", "Microsoft.Compute/images");
    public static readonly ResourceKind Definition = new("azure/gallery-image", "Microsoft.Compute/galleries/images");
    public static readonly ResourceKind Version = new("azure/gallery-image-version", "Microsoft.Compute/galleries/images/versions");

    /// <summary>A page blob: no resource of the resource manager's.</summary>
    public static readonly ResourceKind Vhd = new("azure/vhd", "Microsoft.Storage/storageAccounts/blobServices/containers/blobs");

    /// <summary>Access to a snapshot, by the snapshot's ID.</summary>
    public static readonly ResourceKind Access = new("azure/snapshot-access", "Microsoft.Compute/snapshots/access");

    /// <summary>In the order of their removal: what holds others first.</summary>
    public static IReadOnlyList<ResourceKind> All { get; } = [Machine, Version, Image, Definition, Snapshot, Disk, NetworkInterface, PublicAddress, VirtualNetwork, SecurityGroup, Group];

    public static ResourceKind? Of(string ledgerType) => All.FirstOrDefault(k => k.LedgerType == ledgerType);

    public static ResourceKind? Of(ResourceType type) => All.FirstOrDefault(k => string.Equals(k.ArmType, type.ToString(), StringComparison.OrdinalIgnoreCase));

    public AzureCall Read(string reason) => new($"{ArmType}/read", reason);

    public AzureCall Write(string reason) => new($"{ArmType}/write", reason);

    public AzureCall Delete(string reason) => new($"{ArmType}/delete", reason);
}
