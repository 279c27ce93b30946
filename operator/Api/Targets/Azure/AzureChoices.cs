using System.Text.Json.Serialization;

namespace ImageOperator.Api.Targets.Azure;

/// <summary>Operating systems.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AzureOsType>))]
public enum AzureOsType
{
    /// <summary>Linux.</summary>
    Linux,

    /// <summary>Windows.</summary>
    Windows,
}

/// <summary>Generations of virtual machines.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AzureHyperVGeneration>))]
public enum AzureHyperVGeneration
{
    /// <summary>With a BIOS.</summary>
    V1,

    /// <summary>With UEFI.</summary>
    V2,
}

/// <summary>What becomes of a spot machine whose capacity Azure takes back.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AzureEvictionPolicy>))]
public enum AzureEvictionPolicy
{
    /// <summary>It is deleted with its disk.</summary>
    Delete,

    /// <summary>It is stopped, and its disk stays until the build removes it.</summary>
    Deallocate,
}

/// <summary>Kinds of managed disks.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AzureDiskType>))]
public enum AzureDiskType
{
    /// <summary>Magnetic.</summary>
    [JsonStringEnumMemberName("Standard_LRS")]
    StandardLrs,

    /// <summary>Standard SSD.</summary>
    [JsonStringEnumMemberName("StandardSSD_LRS")]
    StandardSsdLrs,

    /// <summary>Standard SSD in all zones.</summary>
    [JsonStringEnumMemberName("StandardSSD_ZRS")]
    StandardSsdZrs,

    /// <summary>Premium SSD.</summary>
    [JsonStringEnumMemberName("Premium_LRS")]
    PremiumLrs,

    /// <summary>Premium SSD in all zones.</summary>
    [JsonStringEnumMemberName("Premium_ZRS")]
    PremiumZrs,
}

/// <summary>Kinds of protected machines.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AzureSecurityType>))]
public enum AzureSecurityType
{
    /// <summary>Trusted Launch: UEFI with Secure Boot and a virtual TPM.</summary>
    TrustedLaunch,

    /// <summary>A confidential machine, whose memory its host cannot read.</summary>
    ConfidentialVM,
}

/// <summary>What of a confidential machine is encrypted with its TPM.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AzureConfidentialDisk>))]
public enum AzureConfidentialDisk
{
    /// <summary>The TPM's state only.</summary>
    VMGuestStateOnly,

    /// <summary>The system disk, too.</summary>
    DiskWithVMGuestState,
}

/// <summary>Which of a machine's addresses the builder connects to.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AzureAddress>))]
public enum AzureAddress
{
    /// <summary>A public one; machines get one.</summary>
    Public,

    /// <summary>The private one; machines get no public one.</summary>
    Private,
}

/// <summary>Where the copies of a gallery's version are kept.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AzureGalleryStorage>))]
public enum AzureGalleryStorage
{
    /// <summary>Magnetic, in one place.</summary>
    [JsonStringEnumMemberName("Standard_LRS")]
    StandardLrs,

    /// <summary>Magnetic, in all zones.</summary>
    [JsonStringEnumMemberName("Standard_ZRS")]
    StandardZrs,

    /// <summary>SSD.</summary>
    [JsonStringEnumMemberName("Premium_LRS")]
    PremiumLrs,
}
