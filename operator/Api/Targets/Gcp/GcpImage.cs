using ImageOperator.Api.Common;
using ImageOperator.Api.Schema;

namespace ImageOperator.Api.Targets.Gcp;

/// <summary>What to make of the machine.</summary>
[CelRule("!has(self.olderImages) || has(self.family)", OlderNeedsFamily, FieldPath = ".olderImages")]
public sealed record GcpImage
{
    internal const string OlderNeedsFamily = "older images are those of a family: set family, or remove olderImages";

    /// <summary>The image's name: up to 63 lower-case letters, digits and dashes, the first one a letter. Names are unique in a project; see nameRule.</summary>
    [Bounds(Min = 1, Max = 255)]
    [Pattern("^([a-z0-9-]|\\$\\([^$]+\\))+$")]
    public string Name { get; init; } = "$(build.name)-$(target.name)";

    /// <summary>What to do about images of the same name.</summary>
    public GcpNameRule NameRule { get; init; } = GcpNameRule.Suffix;

    /// <summary>The family that the image joins once it has passed its tests: from then on it is what the family's name stands for.</summary>
    [Bounds(Min = 1, Max = 255)]
    [Pattern("^([a-z0-9-]|\\$\\([^$]+\\))+$")]
    public string? Family { get; init; }

    /// <summary>What becomes of the family's other images once this one has joined it. Unset: nothing.</summary>
    public GcpOlderImages? OlderImages { get; init; }

    /// <summary>The image's description.</summary>
    [Bounds(Max = 2048)]
    public string Description { get; init; } = "Made by ImageOperator from $(build.name)";

    /// <summary>Where the image is stored: a region or multi-region such as eu. Unset: the multi-region next to the zone.</summary>
    [Bounds(Min = 2, Max = 32)]
    [Pattern("^[a-z0-9-]+$")]
    public string? StorageLocation { get; init; }

    /// <summary>The Cloud KMS key that encrypts the image. Unset: Google's own.</summary>
    [Bounds(Max = 512)]
    [Pattern(GcpTarget.KmsPattern)]
    public string? KmsKeyName { get; init; }

    /// <summary>Further guest OS features, such as UEFI_COMPATIBLE or GVNIC. Those of the source image stay.</summary>
    [Bounds(Max = 32, MaxItemLength = 64)]
    [Pattern("^[A-Z][A-Z0-9_]*$")]
    public IReadOnlyList<string> GuestOsFeatures { get; init; } = [];

    /// <summary>Further licences, as self links: <c>projects/vm-options/global/licenses/enable-vmx</c>. Those of the source image stay.</summary>
    [Bounds(Max = 16, MaxItemLength = 512)]
    [Pattern("^(https://[^/ ]+/compute/v1/)?projects/[a-z0-9.:-]+/global/licenses/[a-z0-9-]+$")]
    public IReadOnlyList<string> Licenses { get; init; } = [];

    /// <summary>The UEFI keys that machines of the image begin with. Unset: Google's.</summary>
    public GcpUefiKeys? UefiKeys { get; init; }

    /// <summary>Who else may use the image, as members of IAM: <c>user:ann@example.com</c>, <c>group:…</c>, <c>serviceAccount:…</c>, <c>domain:…</c>.</summary>
    [Bounds(Max = 64, MaxItemLength = 320)]
    [Pattern("^((user|group|serviceAccount):[^ @:]+@[a-z0-9.-]+|domain:[a-z0-9.-]+|allAuthenticatedUsers|principal(Set)?://.+)$")]
    public IReadOnlyList<string> ShareWith { get; init; } = [];

    /// <summary>
    /// After this time the image is meant to be deprecated, counted from its birth. Compute Engine shows the time and does nothing of itself. Unset: none.
    /// </summary>
    [CelRule(Duration.PositiveRule, Duration.PositiveMessage)]
    public Duration? DeprecateAfter { get; init; }

    /// <summary>Further labels of the image.</summary>
    [Bounds(Max = 40, MaxItemLength = 63)]
    public IReadOnlyDictionary<string, string>? Labels { get; init; }
}
