using ImageOperator.Api.Schema;

namespace ImageOperator.Api.Targets.Azure;

/// <summary>What to make of the machine, and where to put it: at least one of managedImage, gallery, snapshot and vhd.</summary>
[CelRule("has(self.managedImage) || has(self.gallery) || has(self.snapshot) || has(self.vhd)", AtLeastOne)]
public sealed record AzureImage
{
    internal const string AtLeastOne = "at least one of managedImage, gallery, snapshot and vhd must be set";

    /// <summary>The resource group of the managed image and the snapshot, and of the gallery if it names none. It must exist.</summary>
    [Bounds(Min = 1, Max = 90)]
    [Pattern(AzureTarget.GroupPattern)]
    public required string ResourceGroup { get; init; }

    /// <summary>A managed image.</summary>
    public AzureManagedImage? ManagedImage { get; init; }

    /// <summary>A version of a gallery's image.</summary>
    public AzureGalleryImage? Gallery { get; init; }

    /// <summary>A snapshot of the system disk.</summary>
    public AzureSnapshot? Snapshot { get; init; }

    /// <summary>A disk image in a storage account.</summary>
    public AzureVhdBlob? Vhd { get; init; }

    /// <summary>Further tags of the results.</summary>
    [Bounds(Max = 40, MaxItemLength = 256)]
    public IReadOnlyDictionary<string, string>? Tags { get; init; }
}
