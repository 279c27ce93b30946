using ImageOperator.Api.Common;
using ImageOperator.Api.Schema;

namespace ImageOperator.Api.Targets.Gcp;

/// <summary>An image of Google Cloud, made of a Compute Engine instance.</summary>
[CelRule("!has(self.export) || has(self.export.serviceAccount) || has(self.serviceAccount)", GcpExport.NeedsAccount, FieldPath = ".export")]
public sealed record GcpTarget
{
    internal const string ProjectPattern = "^([a-z0-9.-]+:)?[a-z][a-z0-9-]{4,28}[a-z0-9]$";
    internal const string ZonePattern = "^[a-z]+-[a-z]+[0-9]+-[a-z]$";
    internal const string ObjectPattern = "^gs://[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]/.+$";
    internal const string KmsPattern = "^projects/[a-z0-9.:-]+/locations/[a-z0-9-]+/keyRings/[A-Za-z0-9_-]+/cryptoKeys/[A-Za-z0-9_-]+(/cryptoKeyVersions/[0-9]+)?$";

    /// <summary>The project to build in, by its ID. Unset: the platform's.</summary>
    [Bounds(Min = 6, Max = 64)]
    [Pattern(ProjectPattern)]
    public string? Project { get; init; }

    /// <summary>The image to start from.</summary>
    [NotAnInput]
    public required GcpSource Source { get; init; }

    /// <summary>Zones, tried in order when one lacks capacity. Unset: the platform's.</summary>
    [Bounds(Max = 16, MaxItemLength = 32)]
    [Pattern(ZonePattern)]
    [NotAnInput]
    public IReadOnlyList<string> Zones { get; init; } = [];

    /// <summary>Machine types, tried in order: when all zones lack capacity for the first, the next is tried.</summary>
    [Bounds(Min = 1, Max = 16, MaxItemLength = 63)]
    [Pattern("^[a-z][a-z0-9-]*$")]
    [NotAnInput]
    public IReadOnlyList<string> MachineTypes { get; init; } = ["e2-medium"];

    /// <summary>Use spare capacity, which is cheaper and may be taken away.</summary>
    [NotAnInput]
    public bool Spot { get; init; }

    /// <summary>Where machines stand and how they are reached.</summary>
    [NotAnInput]
    public GcpNetworking? Network { get; init; }

    /// <summary>
    /// Log in by OS Login: the key is the builder's own account's, for as long as the machine may live, and none is in the machine's metadata. The user is OS Login's;
    /// communicator.ssh.user does not count. Unset: the platform's, else false.
    /// </summary>
    [NotAnInput]
    public bool? OsLogin { get; init; }

    /// <summary>The build machine's boot disk, which becomes the image.</summary>
    public GcpDisk? Disk { get; init; }

    /// <summary>The Shielded VM options of machines. Unset: Google's defaults for the source image.</summary>
    public GcpShieldedVm? ShieldedVm { get; init; }

    /// <summary>The service account that machines run as. Unset: none.</summary>
    public GcpServiceAccount? ServiceAccount { get; init; }

    /// <summary>A script that the machine's guest agent runs at its first boot, as root; provisioning waits for it, and its failure fails the build.</summary>
    [Bounds(Min = 1, Max = 131072)]
    public string? StartupScript { get; init; }

    /// <summary>How long the startup script, and the guest agent before it, may take.</summary>
    [CelRule(Duration.PositiveRule, Duration.PositiveMessage)]
    [NotAnInput]
    public Duration StartupTimeout { get; init; } = Duration.FromMinutes(10);

    /// <summary>Further metadata of the build machine.</summary>
    [Bounds(Max = 64, MaxItemLength = 262144)]
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    /// <summary>
    /// How long the guest may take to power itself off before its capture. After that Compute Engine stops the machine, which cuts the guest short after about
    /// 90 seconds, or 30 with spot; the build's log warns of it.
    /// </summary>
    [CelRule(Duration.PositiveRule, Duration.PositiveMessage)]
    [NotAnInput]
    public Duration ShutdownTimeout { get; init; } = Duration.FromMinutes(10);

    /// <summary>
    /// When it has run for this time Compute Engine deletes the machine (maxRunDuration), so that one which nobody can reach any more costs no more. Once it is
    /// stopped or suspended the time does not count: such a machine is the sweeper's, or that of the platform's strays. It must be longer than the machine is
    /// needed: 30s to 120 days.
    /// </summary>
    [CelRule("duration(self) >= duration('30s') && duration(self) <= duration('2880h')", LifetimeMessage)]
    [NotAnInput]
    public Duration MachineLifetime { get; init; } = Duration.FromMinutes(720);

    internal const string LifetimeMessage = "must be from 30s to 2880h";

    /// <summary>What to make of the machine.</summary>
    public required GcpImage Image { get; init; }

    /// <summary>Where to put the image as an object of Cloud Storage, too, once it has passed its tests. Unset: nowhere.</summary>
    public GcpExport? Export { get; init; }

    /// <summary>Labels of all that is made: machines, disks and images.</summary>
    [Bounds(Max = 40, MaxItemLength = 63)]
    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    /// <summary>Further labels of what is made for the build only: machines and their disks.</summary>
    [Bounds(Max = 40, MaxItemLength = 63)]
    [NotAnInput]
    public IReadOnlyDictionary<string, string>? RunLabels { get; init; }
}
