using ImageOperator.Api.Schema;

namespace ImageOperator.Api.Targets.Aws;

/// <summary>A copy of the AMI in another region.</summary>
[CelRule("!has(self.kmsKeyId) || (has(self.encrypted) && self.encrypted)", AwsVolume.KeyNeedsEncryption, FieldPath = ".kmsKeyId")]
public sealed record AwsImageCopy
{
    /// <summary>The region.</summary>
    [Bounds(Min = 3, Max = 32)]
    [Pattern(AwsTarget.RegionPattern)]
    public required string Region { get; init; }

    /// <summary>Encrypt the copy's snapshots. Copies of encrypted snapshots always are.</summary>
    public bool Encrypted { get; init; }

    /// <summary>The region's KMS key to encrypt with. Unset: the account's default key there.</summary>
    [Bounds(Max = 2048)]
    [Pattern(AwsTarget.KmsPattern)]
    public string? KmsKeyId { get; init; }
}
