using ImageOperator.Api.Schema;

namespace ImageOperator.Api.Targets.Gcp;

/// <summary>The boot disk of the build machine.</summary>
public sealed record GcpDisk
{
    /// <summary>The size in GiB. Unset: the source image's.</summary>
    [Bounds(Min = 1, Max = 65536)]
    public int? SizeGiB { get; init; }

    /// <summary>The disk's type, such as pd-ssd or hyperdisk-balanced. Unset: pd-balanced.</summary>
    [Bounds(Min = 1, Max = 63)]
    [Pattern("^[a-z][a-z0-9-]*$")]
    public string Type { get; init; } = "pd-balanced";

    /// <summary>Operations per second, for types that are paid by them.</summary>
    [Bounds(Min = 1, Max = 1000000)]
    public int? ProvisionedIops { get; init; }

    /// <summary>Throughput in MiB per second, for types that are paid by it.</summary>
    [Bounds(Min = 1, Max = 100000)]
    public int? ProvisionedThroughput { get; init; }

    /// <summary>The Cloud KMS key that encrypts the disk. Unset: Google's own.</summary>
    [Bounds(Max = 512)]
    [Pattern(GcpTarget.KmsPattern)]
    public string? KmsKeyName { get; init; }
}
