using ImageOperator.Api.Common;
using ImageOperator.Api.Schema;

namespace ImageOperator.Api.Targets.Gcp;

/// <summary>
/// The image as an object of Cloud Storage. A worker machine reads a disk made of the image and uploads it; it is removed then, with the disk.
/// </summary>
public sealed record GcpExport
{
    internal const string NeedsAccount = "the worker uploads as a service account: set export.serviceAccount or serviceAccount, one that may create objects in the bucket";
    internal const string TarOnly = "what is exported is a .tar.gz with one file disk.raw: let the name end in .tar.gz";

    /// <summary>The object: <c>gs://bucket/web.tar.gz</c>, with one file disk.raw in it, as Compute Engine imports it. One that is there already is never replaced.</summary>
    [Bounds(Min = 8, Max = 1024)]
    [Pattern(GcpTarget.ObjectPattern)]
    [CelRule("self.endsWith('.tar.gz')", TarOnly)]
    public required string Storage { get; init; }

    /// <summary>Who the worker uploads as. Unset: the target's serviceAccount.</summary>
    [NotAnInput]
    public GcpServiceAccount? ServiceAccount { get; init; }

    /// <summary>The worker's machine type. Unset: the target's machineTypes.</summary>
    [Bounds(Min = 1, Max = 63)]
    [Pattern("^[a-z][a-z0-9-]*$")]
    [NotAnInput]
    public string? MachineType { get; init; }

    /// <summary>The image or family that the worker boots: with Google's guest environment and python3, as Debian's has it.</summary>
    [Bounds(Min = 1, Max = 512)]
    [Pattern("^projects/[a-z0-9.:-]+/global/images/(family/)?[a-z][a-z0-9-]{0,62}$")]
    [NotAnInput]
    public string WorkerImage { get; init; } = "projects/debian-cloud/global/images/family/debian-12";

    /// <summary>How long the worker may take. After that Compute Engine deletes it, too.</summary>
    [CelRule(Duration.PositiveRule, Duration.PositiveMessage)]
    [NotAnInput]
    public Duration Timeout { get; init; } = Duration.FromMinutes(180);
}
