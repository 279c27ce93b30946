using ImageOperator.Api.Platforms.Aws;
using ImageOperator.Api.Platforms.Azure;
using ImageOperator.Api.Platforms.Gcp;
using ImageOperator.Api.Platforms.Pods;
using ImageOperator.Api.Platforms.Qemu;
using ImageOperator.Api.Schema;

namespace ImageOperator.Api.Platforms;

/// <summary>Where to build, and how. Exactly one of qemu, aws, azure and gcp must be set.</summary>
[CelRule("(has(self.qemu) ? 1 : 0) + (has(self.aws) ? 1 : 0) + (has(self.azure) ? 1 : 0) + (has(self.gcp) ? 1 : 0) == 1", OneBlock)]
public record ImagePlatformSpec
{
    internal const string OneBlock = "exactly one of qemu, aws, azure and gcp must be set";

    /// <summary>QEMU machines in the builder pods.</summary>
    public QemuPlatformSpec? Qemu { get; init; }

    /// <summary>An account and region of AWS.</summary>
    public AwsPlatformSpec? Aws { get; init; }

    /// <summary>A subscription and region of Azure.</summary>
    public AzurePlatformSpec? Azure { get; init; }

    /// <summary>A project of Google Cloud.</summary>
    public GcpPlatformSpec? Gcp { get; init; }

    /// <summary>Who the builder is for the platform. Unset: what its node or instance is.</summary>
    public PlatformCredentials? Credentials { get; init; }

    /// <summary>Settings of builder, sweeper and probe pods.</summary>
    public PodTemplate? PodTemplate { get; init; }

    /// <summary>How much may be built at once, and in a month.</summary>
    public PlatformLimits? Limits { get; init; }

    /// <summary>
    /// The machine types that targets may ask for, as globs (<c>t3.*</c>); all if empty. QEMU's are q35 and pc.
    /// </summary>
    [Bounds(Max = 64, MaxItemLength = 128)]
    [Pattern("^[A-Za-z0-9_.*?-]+$")]
    public IReadOnlyList<string> AllowedMachineTypes { get; init; } = [];
}
