using ImageOperator.Engine.Events;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Engine.Builds;

/// <summary>What the engine runs with: chosen by the program's composition root.</summary>
public sealed record BuildServices
{
    /// <summary>The platforms.</summary>
    public required IReadOnlyList<IPlatformFactory> Platforms { get; init; }

    /// <summary>The communicators.</summary>
    public required IReadOnlyList<ICommunicatorFactory> Communicators { get; init; }

    /// <summary>The provisioners.</summary>
    public required IReadOnlyList<IProvisionerFactory> Provisioners { get; init; }

    /// <summary>Where the target's status is kept.</summary>
    public required IBuildJournal Journal { get; init; }

    /// <summary>Who is told what goes on.</summary>
    public required IBuildObserver Observer { get; init; }

    /// <summary>Fetches what of the workspace is not mounted; null where nothing is.</summary>
    public IWorkspace? Workspace { get; init; }

    /// <summary>Looks up what templates ask for; null where nothing is.</summary>
    public ILookups? Lookups { get; init; }

    /// <summary>Publishes images; null where nothing is published.</summary>
    public IPublicationFactory? Publications { get; init; }

    /// <summary>The clock.</summary>
    public required TimeProvider Time { get; init; }
}
