using ImageOperator.Api.Targets;

namespace ImageOperator.Api.Platforms;

/// <summary>The names of platform blocks, as they stand in manifests.</summary>
public static class PlatformBlocks
{
    /// <summary>The platform's block: qemu, aws, azure or gcp; null if there is none.</summary>
    public static string? Of(ImagePlatformSpec platform) =>
        platform.Qemu is not null ? "qemu"
        : platform.Aws is not null ? "aws"
        : platform.Azure is not null ? "azure"
        : platform.Gcp is not null ? "gcp"
        : null;

    /// <summary>The target's block; null if there is none.</summary>
    public static string? Of(Target target) =>
        target.Qemu is not null ? "qemu"
        : target.Aws is not null ? "aws"
        : target.Azure is not null ? "azure"
        : target.Gcp is not null ? "gcp"
        : null;

    /// <summary>The region, or the project; null where there is none.</summary>
    public static string? Location(ImagePlatformSpec platform) => platform.Aws?.Region ?? platform.Azure?.Location ?? platform.Gcp?.Project;
}
