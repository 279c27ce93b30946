using ImageOperator.Api.ImageBuilds;
using ImageOperator.Engine.Events;

namespace ImageOperator.Engine.Ports;

/// <summary>The files of the workspace that nobody mounts.</summary>
public interface IWorkspace
{
    /// <summary>
    /// Puts the fetched entries into the workspace's folder: for all targets and attempts of a build the same commits and digests. May be
    /// called again after a crash at any point of an earlier call.
    /// </summary>
    /// <param name="observer">Is told what goes on.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>What the entries are made of.</returns>
    /// <exception cref="Failures.PlatformException">An entry cannot be had; the message names its field.</exception>
    Task<IReadOnlyList<WorkspaceStatus>> PrepareAsync(IBuildObserver observer, CancellationToken cancellationToken);
}
