using ImageOperator.Api.Common;
using ImageOperator.Api.Platforms;
using ImageOperator.Api.Publishing;
using ImageOperator.Api.Schema;
using ImageOperator.Api.Targets.Aws;
using ImageOperator.Api.Targets.Azure;
using ImageOperator.Api.Targets.Gcp;
using ImageOperator.Api.Targets.Qemu;

namespace ImageOperator.Api.Targets;

/// <summary>One image to make. Exactly one platform must be set.</summary>
[CelRule("(has(self.qemu) ? 1 : 0) + (has(self.aws) ? 1 : 0) + (has(self.azure) ? 1 : 0) + (has(self.gcp) ? 1 : 0) == 1", OnePlatform)]
[CelRule("!has(self.publish) || size(self.publish) == 0 || has(self.qemu)", PublishNeedsFile, FieldPath = ".publish")]
public sealed record Target
{
    internal const string OnePlatform = "a target needs one platform: set one of qemu, aws, azure and gcp";
    internal const string PublishNeedsFile = "only an image that is a file can be published: remove publish, or build with qemu (an AMI is copied and shared by aws.image)";

    /// <summary>The target's name; part of its pod's name.</summary>
    [Bounds(Min = 1, Max = 32)]
    [Pattern(Names.LabelPattern)]
    [NotAnInput]
    public required string Name { get; init; }

    /// <summary>Where to build. The platform's defaults fill what the target leaves unset. Unset: by the operator's own settings.</summary>
    [NotAnInput]
    public PlatformReference? PlatformRef { get; init; }

    /// <summary>A disk image made by a QEMU virtual machine in the builder pod.</summary>
    public QemuTarget? Qemu { get; init; }

    /// <summary>An AMI, made of an EC2 instance.</summary>
    public AwsTarget? Aws { get; init; }

    /// <summary>An image of Azure, made of a virtual machine.</summary>
    public AzureTarget? Azure { get; init; }

    /// <summary>An image of Google Cloud, made of a Compute Engine instance.</summary>
    public GcpTarget? Gcp { get; init; }

    /// <summary>Where else to put the disk image, once its tests have passed; for targets whose image is a file.</summary>
    [Bounds(Max = 16)]
    public IReadOnlyList<PublishEntry> Publish { get; init; } = [];
}
