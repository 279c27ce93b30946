using ImageOperator.Api.Common;
using ImageOperator.Api.Schema;

namespace ImageOperator.Api.Targets.Azure;

/// <summary>A version of a gallery's image.</summary>
[CelRule("!has(self.blockDeletionBeforeEndOfLife) || !self.blockDeletionBeforeEndOfLife || has(self.endOfLifeAfter)", BlockNeedsEnd, FieldPath = ".blockDeletionBeforeEndOfLife")]
public sealed record AzureGalleryImage
{
    internal const string BlockNeedsEnd = "needs endOfLifeAfter";
    internal const string VersionPattern = "^([0-9]{1,10}\\.[0-9]{1,10}\\.[0-9]{1,10}|[^$]*\\$\\(.+\\).*)$";

    /// <summary>The gallery. It must exist.</summary>
    [Bounds(Min = 1, Max = 80)]
    [Pattern("^[A-Za-z0-9][A-Za-z0-9_.]*$")]
    public required string Gallery { get; init; }

    /// <summary>The gallery's subscription, of the same directory. Unset: the platform's.</summary>
    [Bounds(Max = 36)]
    [Pattern(Platforms.Azure.AzurePlatformSpec.GuidPattern)]
    public string? SubscriptionId { get; init; }

    /// <summary>The gallery's resource group. Unset: the one of the results.</summary>
    [Bounds(Min = 1, Max = 90)]
    [Pattern(AzureTarget.GroupPattern)]
    public string? ResourceGroup { get; init; }

    /// <summary>The image definition. Where it is missing it is made, with the source's generation, system and architecture.</summary>
    [Bounds(Min = 1, Max = 80)]
    [Pattern("^[A-Za-z0-9][A-Za-z0-9_.-]*$")]
    public required string Definition { get; init; }

    /// <summary>Who is named as publisher, offer and SKU of a definition that is made. Unset: the gallery's and the definition's names.</summary>
    public AzureImageIdentifier? Identifier { get; init; }

    /// <summary>The version: three numbers. Unset: by the time of the capture, such as 2026.1123.71542318.</summary>
    [Bounds(Min = 1, Max = 255)]
    [Pattern(VersionPattern)]
    public string? Version { get; init; }

    /// <summary>Further regions, beside the one that is built in.</summary>
    [Bounds(Max = 40)]
    [ListMapKey("name")]
    public IReadOnlyList<AzureGalleryRegion> Regions { get; init; } = [];

    /// <summary>How many copies the build's own region has.</summary>
    [Bounds(Min = 1, Max = 100)]
    public int Replicas { get; init; } = 1;

    /// <summary>Where the copies are kept, in regions that say nothing.</summary>
    public AzureGalleryStorage Storage { get; init; }

    /// <summary>Who asks for the latest version does not get this one.</summary>
    public bool ExcludeFromLatest { get; init; }

    /// <summary>So long after the capture the version's life ends: it works on, and people are told. Unset: never.</summary>
    [CelRule(Duration.PositiveRule, Duration.PositiveMessage)]
    public Duration? EndOfLifeAfter { get; init; }

    /// <summary>Nobody can delete the version before the end of its life.</summary>
    public bool BlockDeletionBeforeEndOfLife { get; init; }
}
