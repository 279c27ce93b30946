using ImageOperator.Api.Common;
using ImageOperator.Api.Schema;

namespace ImageOperator.Api.Targets.Azure;

/// <summary>An image of Azure, made of a virtual machine.</summary>
public sealed record AzureTarget
{
    internal const string LocationPattern = "^[a-z0-9]{2,64}$";
    internal const string GroupPattern = "^[A-Za-z0-9_().-]*[A-Za-z0-9_()-]$";
    internal const string EncryptionSetPattern = "^/subscriptions/[0-9a-fA-F-]{36}/resource[Gg]roups/[^/]+/providers/Microsoft\\.Compute/diskEncryptionSets/[^/]+$";

    /// <summary>The region to build in, such as westeurope. Unset: the platform's.</summary>
    [Bounds(Min = 2, Max = 64)]
    [Pattern(LocationPattern)]
    public string? Location { get; init; }

    /// <summary>The resource group that temporary things are made in. Unset: one is made for each machine, and removed whole.</summary>
    [Bounds(Min = 1, Max = 90)]
    [Pattern(GroupPattern)]
    [NotAnInput]
    public string? ResourceGroup { get; init; }

    /// <summary>Do not wait until Azure has removed a temporary resource group: that it has begun is enough.</summary>
    [NotAnInput]
    public bool RemoveInBackground { get; init; }

    /// <summary>The image to start from.</summary>
    [NotAnInput]
    public required AzureSource Source { get; init; }

    /// <summary>The operating system of the source.</summary>
    public AzureOsType OsType { get; init; }

    /// <summary>Machine sizes, tried in order: when all zones lack capacity for the first, the next is tried.</summary>
    [Bounds(Min = 1, Max = 16, MaxItemLength = 64)]
    [Pattern("^[A-Za-z][A-Za-z0-9_-]+$")]
    [NotAnInput]
    public IReadOnlyList<string> VmSizes { get; init; } = ["Standard_D2s_v5"];

    /// <summary>Availability zones, tried in order when one lacks capacity. Unset: Azure chooses.</summary>
    [Bounds(Max = 8, MaxItemLength = 2)]
    [Pattern("^[1-9]$")]
    [NotAnInput]
    public IReadOnlyList<string> Zones { get; init; } = [];

    /// <summary>Use spare capacity, which is cheaper and may be taken away. Unset: regular machines.</summary>
    [NotAnInput]
    public AzureSpot? Spot { get; init; }

    /// <summary>The build machine's system disk.</summary>
    public AzureOsDisk? OsDisk { get; init; }

    /// <summary>Further disks of the build machine, which images have, too. The VHD is of the system disk only.</summary>
    [Bounds(Max = 16)]
    [ListMapKey("lun")]
    public IReadOnlyList<AzureDataDisk> DataDisks { get; init; } = [];

    /// <summary>Encrypt caches and temporary disks on the machine's host, too. The subscription must have the feature EncryptionAtHost.</summary>
    public bool EncryptionAtHost { get; init; }

    /// <summary>Trusted Launch or confidential machines. Unset: neither, as far as the size lets Azure.</summary>
    public AzureSecurity? Security { get; init; }

    /// <summary>Where machines stand and how they are reached.</summary>
    [NotAnInput]
    public AzureNetworking? Network { get; init; }

    /// <summary>User-assigned managed identities that machines get, by resource ID.</summary>
    [Bounds(Max = 16, MaxItemLength = 512)]
    [Pattern("^/subscriptions/[0-9a-fA-F-]{36}/resource[Gg]roups/[^/]+/providers/Microsoft\\.ManagedIdentity/userAssignedIdentities/[^/]+$")]
    public IReadOnlyList<string> UserAssignedIdentities { get; init; } = [];

    /// <summary>
    /// What runs on the build machine last, and makes its disk fit for an image of many machines; the build fails unless its exit code is 0.
    /// Unset: <c>waagent -deprovision+user</c> on Linux, Sysprep with a check of its result on Windows.
    /// </summary>
    [Bounds(Min = 1, Max = 4096)]
    public string? GeneralizeCommand { get; init; }

    /// <summary>How long the machine may take to stop before the build fails.</summary>
    [CelRule(Duration.PositiveRule, Duration.PositiveMessage)]
    [NotAnInput]
    public Duration ShutdownTimeout { get; init; } = Duration.FromMinutes(10);

    /// <summary>What to make of the machine, and where to put it.</summary>
    public required AzureImage Image { get; init; }

    /// <summary>Tags of all that is made.</summary>
    [Bounds(Max = 40, MaxItemLength = 256)]
    public IReadOnlyDictionary<string, string>? Tags { get; init; }

    /// <summary>Further tags of what is made for the build only.</summary>
    [Bounds(Max = 40, MaxItemLength = 256)]
    [NotAnInput]
    public IReadOnlyDictionary<string, string>? RunTags { get; init; }
}
