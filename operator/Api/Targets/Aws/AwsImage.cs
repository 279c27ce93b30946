using ImageOperator.Api.Common;
using ImageOperator.Api.Schema;

namespace ImageOperator.Api.Targets.Aws;

/// <summary>What to make of the machine, and where to put it.</summary>
[CelRule("!has(self.tpmSupport) || !self.tpmSupport || (has(self.bootMode) && self.bootMode == 'uefi')", TpmNeedsUefi, FieldPath = ".tpmSupport")]
[CelRule("!has(self.uefiData) || (has(self.bootMode) && self.bootMode != 'legacy-bios')", DataNeedsUefi, FieldPath = ".uefiData")]
public sealed record AwsImage
{
    internal const string TpmNeedsUefi = "a TPM needs bootMode: uefi";
    internal const string DataNeedsUefi = "UEFI data needs bootMode: uefi or uefi-preferred";
    internal const string NamePattern = "^([A-Za-z0-9()\\[\\] ./'@_-]|\\$\\([^$]+\\))+$";
    internal const string ParameterPattern = "^/?([A-Za-z0-9_./-]|\\$\\([^$]+\\))+$";

    /// <summary>The AMI's name, 3 to 128 characters. Names are unique in an account and region; see nameRule.</summary>
    [Bounds(Min = 3, Max = 255)]
    [Pattern(NamePattern)]
    public string Name { get; init; } = "$(build.name)-$(target.name)-$(build.time)";

    /// <summary>What to do about AMIs of the same name.</summary>
    public AwsNameRule NameRule { get; init; }

    /// <summary>The AMI's description.</summary>
    [Bounds(Max = 255)]
    public string Description { get; init; } = "Made by ImageOperator from $(build.name)";

    /// <summary>Further regions to copy the AMI to; the copies are made side by side.</summary>
    [Bounds(Max = 40)]
    [ListMapKey("region")]
    public IReadOnlyList<AwsImageCopy> Copies { get; init; } = [];

    /// <summary>Copies that belong to other accounts, made with roles of theirs. They are not shared, and written to no parameter.</summary>
    [Bounds(Max = 40)]
    public IReadOnlyList<AwsAccountCopy> AccountCopies { get; init; } = [];

    /// <summary>Who else may use the AMI and its copies.</summary>
    public AwsSharing? ShareWith { get; init; }

    /// <summary>After this time the AMI and its copies are deprecated: they work, but are not found any more by those who do not own them. Unset: never.</summary>
    [CelRule(Duration.PositiveRule, Duration.PositiveMessage)]
    public Duration? DeprecateAfter { get; init; }

    /// <summary>Nobody can deregister the AMI and its copies until the protection is taken off.</summary>
    public bool DeregistrationProtection { get; init; }

    /// <summary>Machines of the AMI and its copies answer metadata requests with a token only (IMDSv2). It cannot be taken back.</summary>
    public bool RequireImdsV2 { get; init; }

    /// <summary>Enhanced networking with the ENA is switched on for machines of the AMI. Unset: as the source AMI has it.</summary>
    public bool? EnaSupport { get; init; }

    /// <summary>Enhanced networking with Intel's 82599 (SR-IOV) is switched on for machines of the AMI. It cannot be taken back.</summary>
    public bool SriovNetSupport { get; init; }

    /// <summary>
    /// How machines of the AMI boot. With it, tpmSupport or uefiData the AMI is registered of snapshots: a source with billing of its own, such as Windows
    /// or Red Hat Enterprise Linux, is refused. Unset: as the source AMI has it.
    /// </summary>
    public AwsBootMode? BootMode { get; init; }

    /// <summary>Machines of the AMI have a NitroTPM (version 2.0). It needs bootMode uefi.</summary>
    public bool TpmSupport { get; init; }

    /// <summary>The content of the AMI's UEFI variable store, in base64, at most 64 KiB: keys for Secure Boot. Unset with bootMode: an empty store.</summary>
    [Bounds(Min = 4, Max = 87384)]
    [Pattern("^[A-Za-z0-9+/]+={0,2}$")]
    public string? UefiData { get; init; }

    /// <summary>A launch template that gets a new version with the AMI once all else is done, in the region of the build.</summary>
    public AwsLaunchTemplate? LaunchTemplate { get; init; }

    /// <summary>Further tags of the AMI and its copies.</summary>
    [Bounds(Max = 40, MaxItemLength = 256)]
    public IReadOnlyDictionary<string, string>? Tags { get; init; }

    /// <summary>Further tags of the AMI's snapshots, and of those of its copies.</summary>
    [Bounds(Max = 40, MaxItemLength = 256)]
    public IReadOnlyDictionary<string, string>? SnapshotTags { get; init; }

    /// <summary>A parameter of Systems Manager that gets the AMI's ID once all else is done, in each region that of the region's AMI.</summary>
    [Bounds(Min = 1, Max = 1011)]
    [Pattern(ParameterPattern)]
    public string? SsmParameter { get; init; }
}
