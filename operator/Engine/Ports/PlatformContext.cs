using ImageOperator.Api.ImageTemplates;
using ImageOperator.Api.Targets;
using ImageOperator.Engine.Events;

namespace ImageOperator.Engine.Ports;

/// <summary>What a platform works with.</summary>
public sealed record PlatformContext
{
    /// <summary>Which build, target and attempt.</summary>
    public required BuildIdentity Identity { get; init; }

    /// <summary>The target, with every <c>$(…)</c> expanded and validated again.</summary>
    public required Target Target { get; init; }

    /// <summary>The ImagePlatform that the target refers to; null without one.</summary>
    public PlatformAccess? Platform { get; init; }

    /// <summary>How the build will talk to the machine: the seed needs the user, the port forward the port.</summary>
    public required Communicator Communicator { get; init; }

    /// <summary>Where an intent is written before a resource is made.</summary>
    public required ILedger Ledger { get; init; }

    /// <summary>The build's folders.</summary>
    public required BuildFolders Folders { get; init; }

    /// <summary>Where the volumes of the spec stand in this process's file system.</summary>
    public required IVolumeMap Volumes { get; init; }

    /// <summary>Who is told what goes on.</summary>
    public required IBuildObserver Observer { get; init; }

    /// <summary>The clock.</summary>
    public required TimeProvider Time { get; init; }
}
