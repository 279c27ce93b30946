using ImageOperator.Api.Common;
using ImageOperator.Api.Schema;

namespace ImageOperator.Api.Targets.Aws;

/// <summary>An AMI, made of an EC2 instance.</summary>
[CelRule("!has(self.temporaryIamInstanceProfile) || !has(self.iamInstanceProfile)", OneProfile, FieldPath = ".temporaryIamInstanceProfile")]
public sealed record AwsTarget
{
    internal const string RegionPattern = "^[a-z]{2,4}(-[a-z]+)+-[0-9]+$";
    internal const string OneProfile = "a machine has one instance profile: remove iamInstanceProfile, or have none made";
    internal const string KmsPattern = "^(arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:(key|alias)/[A-Za-z0-9/_-]+|alias/[A-Za-z0-9/_-]+|[a-f0-9-]{36}|mrk-[a-f0-9]{32})$";

    /// <summary>The region to build in. Unset: that of the environment (AWS_REGION, the profile, the node's own).</summary>
    [Bounds(Min = 3, Max = 32)]
    [Pattern(RegionPattern)]
    public string? Region { get; init; }

    /// <summary>The AMI to start from.</summary>
    [NotAnInput]
    public required AwsSource Source { get; init; }

    /// <summary>Instance types, tried in order: when all subnets lack capacity for the first, the next is tried.</summary>
    [Bounds(Min = 1, Max = 16, MaxItemLength = 32)]
    [Pattern("^[a-z][a-z0-9-]*\\.[a-z0-9-]+$")]
    [NotAnInput]
    public IReadOnlyList<string> InstanceTypes { get; init; } = ["t3.small"];

    /// <summary>Where machines stand and how they are reached.</summary>
    [NotAnInput]
    public AwsNetworking? Network { get; init; }

    /// <summary>Use spare capacity, which is cheaper and may be taken away. Unset: on demand.</summary>
    [NotAnInput]
    public AwsSpot? Spot { get; init; }

    /// <summary>The name or ARN of the instance profile that machines get. Unset: none.</summary>
    [Bounds(Min = 1, Max = 2048)]
    [Pattern("^[A-Za-z0-9_+=,.@:/-]+$")]
    public string? IamInstanceProfile { get; init; }

    /// <summary>An instance profile that is made for the build's machines, and removed with them, in place of iamInstanceProfile. Unset: none is made.</summary>
    public AwsTemporaryProfile? TemporaryIamInstanceProfile { get; init; }

    /// <summary>The build machine's volumes. A volume of the source AMI's device name changes that volume; the others are added, and become part of the AMI.</summary>
    [Bounds(Max = 26)]
    public IReadOnlyList<AwsVolume> Volumes { get; init; } = [];

    /// <summary>How long the machine may take to stop before the build fails.</summary>
    [CelRule(Duration.PositiveRule, Duration.PositiveMessage)]
    [NotAnInput]
    public Duration ShutdownTimeout { get; init; } = Duration.FromMinutes(10);

    /// <summary>
    /// After this time the machine ends itself, so that a machine which nobody can reach any more costs no more. It must be longer than the
    /// machine is needed; reboots of the guest do not end the count.
    /// </summary>
    [CelRule(Duration.PositiveRule, Duration.PositiveMessage)]
    [NotAnInput]
    public Duration MachineLifetime { get; init; } = Duration.FromMinutes(720);

    /// <summary>What to make of the machine, and where to put it.</summary>
    public required AwsImage Image { get; init; }

    /// <summary>Tags of all that is made: machines, volumes, keys, groups, images and snapshots.</summary>
    [Bounds(Max = 40, MaxItemLength = 256)]
    public IReadOnlyDictionary<string, string>? Tags { get; init; }

    /// <summary>Further tags of what is made for the build only: machines, their volumes, keys and groups.</summary>
    [Bounds(Max = 40, MaxItemLength = 256)]
    [NotAnInput]
    public IReadOnlyDictionary<string, string>? RunTags { get; init; }
}
