using ImageOperator.Api.Schema;

namespace ImageOperator.Api.Targets.Aws;

/// <summary>An EBS volume of the build machine.</summary>
[CelRule("!has(self.kmsKeyId) || (has(self.encrypted) && self.encrypted)", KeyNeedsEncryption, FieldPath = ".kmsKeyId")]
public sealed record AwsVolume
{
    internal const string KeyNeedsEncryption = "a key needs encrypted: true";

    /// <summary>The device's name, such as <c>/dev/xvda</c> or <c>/dev/sda1</c>.</summary>
    [Bounds(Min = 3, Max = 32)]
    [Pattern("^(/dev/)?[a-z][a-z0-9]+$")]
    public required string DeviceName { get; init; }

    /// <summary>The size in GiB. Unset: the snapshot's.</summary>
    [Bounds(Min = 1, Max = 65536)]
    public int? SizeGiB { get; init; }

    /// <summary>The volume's type.</summary>
    public AwsVolumeType? Type { get; init; }

    /// <summary>Operations per second, for gp3, io1 and io2.</summary>
    [Bounds(Min = 100, Max = 256000)]
    public int? Iops { get; init; }

    /// <summary>Throughput in MiB per second, for gp3.</summary>
    [Bounds(Min = 125, Max = 2000)]
    public int? Throughput { get; init; }

    /// <summary>Encrypt the volume, and with it the AMI's snapshot. Unset: as the account's default says.</summary>
    public bool? Encrypted { get; init; }

    /// <summary>The KMS key of an encrypted volume: its ID, ARN or alias. Unset: the account's default key.</summary>
    [Bounds(Max = 2048)]
    [Pattern(AwsTarget.KmsPattern)]
    public string? KmsKeyId { get; init; }

    /// <summary>Whether the volumes that machines of the AMI have in its place go with their machine. The build's own always does.</summary>
    public bool DeleteOnTermination { get; init; } = true;
}
