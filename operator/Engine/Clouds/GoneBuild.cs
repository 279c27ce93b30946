using ImageOperator.Api.ImageTemplates;
using ImageOperator.Api.Targets;
using ImageOperator.Engine.Events;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Engine.Clouds;

/// <summary>What a platform gets to remove what a build has left that is gone, or has ended.</summary>
public static class GoneBuild
{
    /// <summary>Hears nothing: a report says all.</summary>
    public static IBuildObserver Observer { get; } = new Unheard();

    /// <summary>A ledger without entries, in which nothing can be written.</summary>
    public static ILedger Ledger { get; } = new NoLedger();

    /// <summary>The context of such a build.</summary>
    /// <param name="probe">The probe that looks for strays.</param>
    /// <param name="build">The build, as the marks tell it.</param>
    /// <param name="platform">The platform.</param>
    /// <param name="target">A target of its places; what is removed is found by its marks.</param>
    public static PlatformContext Context(ProbeContext probe, BuildIdentity build, PlatformAccess platform, Target target)
    {
        ArgumentNullException.ThrowIfNull(probe);
        return new()
        {
            Identity = build,
            Target = target,
            Platform = platform,
            Communicator = new Communicator(),
            Ledger = Ledger,
            Folders = new(probe.Cache, probe.Cache, probe.Cache, probe.Cache),
            Volumes = new NoVolumes(),
            Observer = Observer,
            Time = probe.Time,
        };
    }

    private sealed class Unheard : IBuildObserver
    {
        public void Observe(BuildEvent buildEvent)
        {
        }
    }

    private sealed class NoVolumes : IVolumeMap
    {
        public string MapHostPath(VolumeUse use, string path) => path;

        public string MapClaim(VolumeUse use, string claimName, string path) => path;
    }
}
