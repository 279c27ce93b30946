using System.Globalization;
using System.Security.Cryptography;
using Azure.Core;
using Azure.ResourceManager.Compute;
using Azure.ResourceManager.Compute.Models;
using Azure.ResourceManager.Models;
using ImageOperator.Api.Targets.Azure;
using ImageOperator.Engine.Ports;
using ImageOperator.Platforms.Azure.Capture;
using ImageOperator.Platforms.Azure.Sources;

namespace ImageOperator.Platforms.Azure.Machines;

/// <summary>Writes the request for a machine.</summary>
internal sealed class MachineData(AzureTarget target, AzureLocation location)
{
    public VirtualMachineData Of(MachineRequest request, MachineImage image, Place place, ResourceIdentifier nic, string name, string disk)
    {
        var data = new VirtualMachineData(location)
        {
            HardwareProfile = new() { VmSize = new VirtualMachineSizeType(place.Size) },
            StorageProfile = Storage(request.Purpose, image, name, disk),
            OSProfile = Profile(request.Credentials, name),
            NetworkProfile = new() { NetworkInterfaces = { new() { Id = nic, Primary = true } } },
            BootDiagnostics = new() { Enabled = true },
            SecurityProfile = Security(),
        };
        if (place.Zone is { } zone) data.Zones.Add(zone);
        if (image.Plan is { } plan) data.Plan = new() { Name = plan.Name, Publisher = plan.Publisher, Product = plan.Product };
        if (target.Spot is { } spot)
        {
            data.Priority = VirtualMachinePriorityType.Spot;
            data.EvictionPolicy = spot.EvictionPolicy == AzureEvictionPolicy.Deallocate ? VirtualMachineEvictionPolicyType.Deallocate : VirtualMachineEvictionPolicyType.Delete;
            data.BillingMaxPrice = spot.MaxPrice is { } price ? double.Parse(price, CultureInfo.InvariantCulture) : -1;
        }

        if (target.UserAssignedIdentities.Count == 0) return data;
        data.Identity = new ManagedServiceIdentity(ManagedServiceIdentityType.UserAssigned);
        foreach (var identity in target.UserAssignedIdentities) data.Identity.UserAssignedIdentities[new ResourceIdentifier(identity)] = new UserAssignedIdentity();
        return data;
    }

    /// <summary>The LUNs of a machine's data disks: the target's, and for the build machine the source's.</summary>
    public IReadOnlyList<int> LunsOf(MachinePurpose purpose, MachineImage image) => [.. target.DataDisks.Select(d => d.Lun).Concat(purpose == MachinePurpose.Build ? image.Luns : [])];

    private VirtualMachineStorageProfile Storage(MachinePurpose purpose, MachineImage image, string name, string disk)
    {
        var profile = new VirtualMachineStorageProfile { ImageReference = Reference(image), OSDisk = Disk(disk, purpose) };
        foreach (var lun in LunsOf(purpose, image))
        {
            var data = target.DataDisks.FirstOrDefault(d => d.Lun == lun);
            // Those of the image are named, too: else Azure makes them by names of its own, and leaves them when the machine goes.
            var isNew = purpose == MachinePurpose.Build && data is not null;
            var made = new VirtualMachineDataDisk(lun, isNew ? DiskCreateOptionType.Empty : DiskCreateOptionType.FromImage)
            {
                Name = DataDisks.NameOf(name, lun),
                Caching = CachingType.None,
                DeleteOption = DiskDeleteOptionType.Delete,
                DiskSizeGB = isNew ? data!.SizeGiB : null,
                ManagedDisk = new(),
            };
            if (data?.Type is { } type) made.ManagedDisk.StorageAccountType = new StorageAccountType(Names.Of(type));
            if (target.OsDisk?.DiskEncryptionSetId is { } set) made.ManagedDisk.DiskEncryptionSetId = new ResourceIdentifier(set);
            profile.DataDisks.Add(made);
        }

        return profile;
    }

    private static ImageReference Reference(MachineImage image) => image.Marketplace is { } m
        ? new() { Publisher = m.Publisher, Offer = m.Offer, Sku = m.Sku, Version = m.Version }
        : new() { Id = image.Id };

    private VirtualMachineOSDisk Disk(string name, MachinePurpose purpose)
    {
        var settings = target.OsDisk;
        var disk = new VirtualMachineOSDisk(DiskCreateOptionType.FromImage)
        {
            Name = name,
            Caching = CachingType.ReadWrite,
            DeleteOption = DiskDeleteOptionType.Delete,
            // A test machine's disk is the image's own size.
            DiskSizeGB = purpose == MachinePurpose.Build ? settings?.SizeGiB : null,
            ManagedDisk = new(),
        };
        if (settings?.Type is { } type) disk.ManagedDisk.StorageAccountType = new StorageAccountType(Names.Of(type));
        var confidential = target.Security?.Type == AzureSecurityType.ConfidentialVM;
        if (confidential)
        {
            var encryption = target.Security!.ConfidentialDisk == AzureConfidentialDisk.DiskWithVMGuestState ? SecurityEncryptionType.DiskWithVmGuestState : SecurityEncryptionType.VmGuestStateOnly;
            disk.ManagedDisk.SecurityProfile = new() { SecurityEncryptionType = encryption };
        }

        if (settings?.DiskEncryptionSetId is not { } set) return disk;
        if (confidential && target.Security!.ConfidentialDisk == AzureConfidentialDisk.DiskWithVMGuestState) disk.ManagedDisk.SecurityProfile!.DiskEncryptionSetId = new(set);
        else disk.ManagedDisk.DiskEncryptionSetId = new ResourceIdentifier(set);
        return disk;
    }

    private VirtualMachineOSProfile Profile(MachineCredentials credentials, string name)
    {
        var admin = CustomData.AdminOf(credentials);
        var profile = new VirtualMachineOSProfile { ComputerName = ComputerName(name), AdminUsername = admin, CustomData = CustomData.Encoded(credentials) };
        if (target.OsType == AzureOsType.Windows)
        {
            // Nobody ever knows it: Azure asks for one. Sysprep takes the account away.
            profile.AdminPassword = $"aA1!{Convert.ToHexString(RandomNumberGenerator.GetBytes(24))}";
            profile.WindowsConfiguration = new() { ProvisionVmAgent = true, IsAutomaticUpdatesEnabled = false };
            return profile;
        }

        profile.LinuxConfiguration = new()
        {
            IsPasswordAuthenticationDisabled = true,
            ProvisionVmAgent = true,
            SshPublicKeys = { new() { Path = $"/home/{admin}/.ssh/authorized_keys", KeyData = credentials.PublicKey.Trim() } },
        };
        return profile;
    }

    // Windows takes 15 characters: enough of the build's hash to tell it.
    private string ComputerName(string name) => target.OsType == AzureOsType.Windows ? name.Replace("-", "", StringComparison.Ordinal)[..15] : name;

    private SecurityProfile? Security()
    {
        if (target.Security is not { } security) return target.EncryptionAtHost ? new() { EncryptionAtHost = true } : null;
        return new()
        {
            EncryptionAtHost = target.EncryptionAtHost ? true : null,
            SecurityType = security.Type == AzureSecurityType.TrustedLaunch ? SecurityType.TrustedLaunch : SecurityType.ConfidentialVm,
            UefiSettings = new() { IsSecureBootEnabled = security.SecureBoot, IsVirtualTpmEnabled = security.VTpm },
        };
    }
}

/// <summary>Where a machine may stand.</summary>
internal sealed record Place(string Size, string? Zone)
{
    public override string ToString() => Zone is null ? Size : $"{Size} in zone {Zone}";
}
