using ImageOperator.Api.Schema;

namespace ImageOperator.Api.Targets.Azure;

/// <summary>A region that a gallery's version is copied to.</summary>
public sealed record AzureGalleryRegion
{
    /// <summary>The region, such as northeurope.</summary>
    [Bounds(Min = 2, Max = 64)]
    [Pattern(AzureTarget.LocationPattern)]
    public required string Name { get; init; }

    /// <summary>How many copies it has.</summary>
    [Bounds(Min = 1, Max = 100)]
    public int Replicas { get; init; } = 1;

    /// <summary>Where they are kept. Unset: as the version says.</summary>
    public AzureGalleryStorage? Storage { get; init; }

    /// <summary>The disk encryption set of the region's copies, by resource ID. Unset: platform-managed keys.</summary>
    [Bounds(Max = 512)]
    [Pattern(AzureTarget.EncryptionSetPattern)]
    public string? DiskEncryptionSetId { get; init; }
}
