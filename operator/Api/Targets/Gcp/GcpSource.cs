using ImageOperator.Api.Schema;

namespace ImageOperator.Api.Targets.Gcp;

/// <summary>The image to start from. Exactly one of image, family and storage must be set.</summary>
[CelRule("(has(self.image) ? 1 : 0) + (has(self.family) ? 1 : 0) + (has(self.storage) ? 1 : 0) == 1", OneOf)]
public sealed record GcpSource
{
    internal const string OneOf = "exactly one of image, family and storage must be set";
    internal const string TarOnly =
        "Compute Engine imports a .tar.gz with one file disk.raw only: convert other forms (qemu-img convert -O raw DISK disk.raw; tar --format=oldgnu -Sczf disk.tar.gz disk.raw)";
    internal const string ImagePattern = "^((https://[^/ ]+/compute/v1/)?projects/[a-z0-9.:-]+/global/images/)?([a-z][a-z0-9-]{0,62}|[^$]*\\$\\(.+\\).*)$";

    /// <summary>The image's name, or its self link: <c>projects/debian-cloud/global/images/debian-12-bookworm-v20261110</c>.</summary>
    [Bounds(Min = 1, Max = 512)]
    [Pattern(ImagePattern)]
    public string? Image { get; init; }

    /// <summary>An image family: its newest image that is not deprecated.</summary>
    [Bounds(Min = 1, Max = 255)]
    [Pattern("^([a-z]([-a-z0-9]*[a-z0-9])?|[^$]*\\$\\(.+\\).*)$")]
    public string? Family { get; init; }

    /// <summary>The project of the image or family. Unset: that of the build.</summary>
    [Bounds(Min = 6, Max = 64)]
    [Pattern(GcpTarget.ProjectPattern)]
    public string? Project { get; init; }

    /// <summary>A disk in Cloud Storage, imported for the build: <c>gs://bucket/disk.tar.gz</c>, which holds one file disk.raw.</summary>
    [Bounds(Min = 8, Max = 1024)]
    [Pattern(GcpTarget.ObjectPattern)]
    [CelRule("self.endsWith('.tar.gz')", TarOnly)]
    public string? Storage { get; init; }
}
