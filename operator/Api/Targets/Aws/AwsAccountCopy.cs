using ImageOperator.Api.Platforms.Aws;
using ImageOperator.Api.Schema;

namespace ImageOperator.Api.Targets.Aws;

/// <summary>A copy of the AMI that belongs to another account.</summary>
[CelRule("!has(self.kmsKeyId) || (has(self.encrypted) && self.encrypted)", AwsVolume.KeyNeedsEncryption, FieldPath = ".kmsKeyId")]
public sealed record AwsAccountCopy
{
    /// <summary>The role of that account which the builder assumes to make the copy and, if the build fails, to remove it.</summary>
    [Bounds(Max = 2048)]
    [Pattern(AssumedRole.RolePattern)]
    public required string RoleArn { get; init; }

    /// <summary>What the role's trust policy asks of others' accounts. It is no secret.</summary>
    [Bounds(Min = 2, Max = 1224)]
    [Pattern("^[A-Za-z0-9_+=,.@:/-]+$")]
    public string? ExternalId { get; init; }

    /// <summary>The region. Unset: that of the build.</summary>
    [Bounds(Min = 3, Max = 32)]
    [Pattern(AwsTarget.RegionPattern)]
    public string? Region { get; init; }

    /// <summary>Encrypt the copy's snapshots. Copies of encrypted snapshots always are.</summary>
    public bool Encrypted { get; init; }

    /// <summary>The account's KMS key to encrypt with. Unset: its default key there.</summary>
    [Bounds(Max = 2048)]
    [Pattern(AwsTarget.KmsPattern)]
    public string? KmsKeyId { get; init; }
}
