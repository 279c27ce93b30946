using ImageOperator.Api.ImageBuilds;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Workspaces;

/// <summary>For a build of one process: what was found is remembered as long as it lives.</summary>
public sealed class MemoryPins : IWorkspacePins
{
    private readonly List<WorkspaceStatus> _settled = [];

    /// <inheritdoc />
    public async Task<IReadOnlyList<WorkspaceStatus>> SettleAsync(
        IReadOnlyList<string> paths, Func<IReadOnlyList<string>, Task<IReadOnlyList<WorkspaceStatus>>> resolve, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(paths);
        ArgumentNullException.ThrowIfNull(resolve);
        if (Missing() is { Count: > 0 } missing)
        {
            var found = await resolve(missing).ConfigureAwait(false);
            lock (_settled) _settled.AddRange(found.Where(f => _settled.All(s => s.Path != f.Path)));
        }

        lock (_settled) return [.. _settled];

        List<string> Missing()
        {
            lock (_settled) return [.. paths.Where(p => _settled.All(s => s.Path != p))];
        }
    }
}
