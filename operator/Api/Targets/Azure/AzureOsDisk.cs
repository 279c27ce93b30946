using ImageOperator.Api.Schema;

namespace ImageOperator.Api.Targets.Azure;

/// <summary>The build machine's system disk.</summary>
public sealed record AzureOsDisk
{
    /// <summary>The disk's kind. Unset: as Azure chooses for the size.</summary>
    public AzureDiskType? Type { get; init; }

    /// <summary>The size in GiB, at least the source's. Unset: the source's.</summary>
    [Bounds(Min = 1, Max = 4095)]
    public int? SizeGiB { get; init; }

    /// <summary>The disk encryption set of the disk and, with it, of snapshot and managed image, by resource ID. Unset: platform-managed keys.</summary>
    [Bounds(Max = 512)]
    [Pattern(AzureTarget.EncryptionSetPattern)]
    public string? DiskEncryptionSetId { get; init; }
}
