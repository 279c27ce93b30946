using ImageOperator.Api.Schema;

namespace ImageOperator.Api.Targets.Azure;

/// <summary>A further disk of the build machine, empty at first. Formatted and mounted it must be by a provisioner; its content is the image's.</summary>
public sealed record AzureDataDisk
{
    internal const string NotConfidential = "the data disks of confidential machines cannot be captured: remove dataDisks, or choose security.type: TrustedLaunch";

    /// <summary>The number that machines know it by, here and in the image.</summary>
    [Bounds(Min = 0, Max = 63)]
    public required int Lun { get; init; }

    /// <summary>The size in GiB.</summary>
    [Bounds(Min = 1, Max = 32767)]
    public required int SizeGiB { get; init; }

    /// <summary>The disk's kind. Unset: as Azure chooses for the size.</summary>
    public AzureDiskType? Type { get; init; }
}
