using ImageOperator.Api.Schema;

namespace ImageOperator.Api.Targets.Azure;

/// <summary>The image to start from. Exactly one of marketplace, managedImage, galleryImage and vhd must be set.</summary>
[CelRule("(has(self.marketplace) ? 1 : 0) + (has(self.managedImage) ? 1 : 0) + (has(self.galleryImage) ? 1 : 0) + (has(self.vhd) ? 1 : 0) == 1", OneOf)]
[CelRule("!has(self.plan) || has(self.managedImage) || has(self.vhd)", PlanNeedsImage, FieldPath = ".plan")]
public sealed record AzureSource
{
    internal const string OneOf = "exactly one of marketplace, managedImage, galleryImage and vhd must be set";
    internal const string PlanNeedsImage = "needs managedImage or vhd: the others tell of their plan themselves";
    internal const string ManagedPattern = "^(/subscriptions/[0-9a-fA-F-]{36}/resource[Gg]roups/[^/]+/providers/Microsoft\\.Compute/images/[^/]+|[^$]*\\$\\(.+\\).*)$";
    internal const string GalleryPattern =
        "^(/subscriptions/[0-9a-fA-F-]{36}/resource[Gg]roups/[^/]+/providers/Microsoft\\.Compute/galleries/[^/]+/images/[^/]+(/versions/([0-9]+\\.[0-9]+\\.[0-9]+|latest))?|[^$]*\\$\\(.+\\).*)$";

    /// <summary>An image of the Marketplace.</summary>
    public AzureMarketplaceImage? Marketplace { get; init; }

    /// <summary>A managed image, by resource ID.</summary>
    [Bounds(Max = 1024)]
    [Pattern(ManagedPattern)]
    public string? ManagedImage { get; init; }

    /// <summary>A version of a gallery's image, by resource ID; of an image definition's ID (or the version latest) the latest version that is not excluded.</summary>
    [Bounds(Max = 1024)]
    [Pattern(GalleryPattern)]
    public string? GalleryImage { get; init; }

    /// <summary>A disk image in a storage account of the subscription.</summary>
    public AzureVhd? Vhd { get; init; }

    /// <summary>The Marketplace's plan of a managedImage or vhd, which do not tell of it themselves.</summary>
    public AzurePlan? Plan { get; init; }
}
