using ImageOperator.Api.ImageBuilds;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Builder.Journal;

/// <summary>
/// What all targets and attempts of a build agree on, in the build's status. Whoever comes first writes; the write holds only if the build is
/// still as it was read, so two that come at once cannot both be first.
/// </summary>
internal sealed class StatusPins(StatusJournal journal) : IWorkspacePins
{
    public async Task<IReadOnlyList<WorkspaceStatus>> SettleAsync(
        IReadOnlyList<string> paths, Func<IReadOnlyList<string>, Task<IReadOnlyList<WorkspaceStatus>>> resolve, CancellationToken cancellationToken)
    {
        var found = new List<WorkspaceStatus>();
        while (true)
        {
            var build = await journal.GetBuildAsync(cancellationToken).ConfigureAwait(false);
            var settled = (build.Status?.Workspace ?? []).ToList();
            var missing = paths.Where(p => settled.All(s => s.Path != p)).ToList();
            if (missing.Count == 0) return settled;
            if (missing.Where(p => found.All(f => f.Path != p)).ToList() is { Count: > 0 } unknown) found.AddRange(await resolve(unknown).ConfigureAwait(false));
            settled.AddRange(found.Where(f => missing.Contains(f.Path)));
            if (await journal.SettleWorkspaceAsync(settled, build.Metadata.ResourceVersion, cancellationToken).ConfigureAwait(false)) return settled;
        }
    }
}
