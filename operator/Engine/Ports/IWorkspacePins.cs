using ImageOperator.Api.ImageBuilds;

namespace ImageOperator.Engine.Ports;

/// <summary>What the targets and attempts of a build have settled on: in the ImageBuild's status (a pod) or in memory (imagectl).</summary>
public interface IWorkspacePins
{
    /// <summary>What is settled already, and for the rest what <paramref name="resolve"/> finds: unless another was faster, whose word then holds.</summary>
    /// <param name="paths">The entries' paths.</param>
    /// <param name="resolve">Finds the commits and digests of those paths that are not settled; its result may be dropped.</param>
    /// <param name="cancellationToken">Stops it.</param>
    Task<IReadOnlyList<WorkspaceStatus>> SettleAsync(
        IReadOnlyList<string> paths, Func<IReadOnlyList<string>, Task<IReadOnlyList<WorkspaceStatus>>> resolve, CancellationToken cancellationToken);
}
