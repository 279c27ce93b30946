using ImageOperator.Api.Conditions;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Api.Substitution;
using ImageOperator.Downloads;
using ImageOperator.Engine.Events;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;
using ImageOperator.Engine.Tracing;
using ImageOperator.Workspaces.Flux;
using ImageOperator.Workspaces.Git;
using ImageOperator.Workspaces.Http;
using ImageOperator.Workspaces.Oci;

namespace ImageOperator.Workspaces;

/// <summary>Fetches the entries of a workspace: what they are is settled first, once for the whole build.</summary>
public sealed class WorkspaceFetcher(WorkspaceRequest request, IWorkspacePins pins, TimeProvider time) : IWorkspace
{
    private const int Tries = 4;

    private static readonly IEntryFetcher[] Fetchers = [new GitFetcher(), new OciFetcher(), new HttpFetcher(), new FluxFetcher()];

    /// <inheritdoc />
    public async Task<IReadOnlyList<WorkspaceStatus>> PrepareAsync(IBuildObserver observer, CancellationToken cancellationToken)
    {
        var wanted = request.Entries.Where(e => e.IsFetched()).Select(e => (Entry: Of(e, observer), Fetcher: Fetchers.First(f => f.Supports(e)))).ToList();
        if (wanted.Count == 0) return [];
        var settled = await pins.SettleAsync([.. wanted.Select(w => w.Entry.Source.Path)], missing => ResolveAsync(wanted.Where(w => missing.Contains(w.Entry.Source.Path)), cancellationToken), cancellationToken)
            .ConfigureAwait(false);
        foreach (var (entry, fetcher) in wanted)
        {
            var pin = settled.First(s => s.Path == entry.Source.Path);
            entry.Report($"fetching workspace/{pin.Path} ({pin.Revision ?? pin.Digest})");
            await RetryAsync(entry, fetcher.Kind, "fetch", () => FetchAsync(entry, fetcher, pin, cancellationToken), cancellationToken).ConfigureAwait(false);
            entry.Say($"workspace/{pin.Path}: {pin.Revision ?? pin.Digest} of {pin.Url}");
        }

        return settled;
    }

    private async Task<IReadOnlyList<WorkspaceStatus>> ResolveAsync(IEnumerable<(Entry Entry, IEntryFetcher Fetcher)> missing, CancellationToken cancellationToken)
    {
        var found = new List<WorkspaceStatus>();
        foreach (var (entry, fetcher) in missing)
        {
            entry.Report($"looking for workspace/{entry.Source.Path}");
            found.Add(await RetryAsync(entry, fetcher.Kind, "resolve", () => fetcher.ResolveAsync(entry, cancellationToken), cancellationToken).ConfigureAwait(false));
        }

        return found;
    }

    private async Task<bool> FetchAsync(Entry entry, IEntryFetcher fetcher, WorkspaceStatus pin, CancellationToken cancellationToken)
    {
        var folder = Path.Combine(request.Folder, entry.Source.Path);
        try
        {
            // Nothing reads the workspace yet: what a killed process left half is not missed. The folder itself may be a mount.
            Directory.CreateDirectory(folder);
            foreach (var old in new DirectoryInfo(folder).EnumerateFileSystemInfos())
            {
                if (old is DirectoryInfo { LinkTarget: null } inner) inner.Delete(recursive: true);
                else old.Delete();
            }

            await fetcher.FetchAsync(entry, pin, folder, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (IOException e) when (DiskSpace.IsFull(e))
        {
            throw DiskSpace.Full(folder, $"fetching {entry.Field}", inner: e);
        }
    }

    private async Task<T> RetryAsync<T>(Entry entry, string kind, string operation, Func<Task<T>> work, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await Work.CallAsync(kind, operation, work, waiting: true).ConfigureAwait(false);
            }
            catch (PlatformException e) when (e.Kind == FailureKind.Retryable && tries < Tries && !cancellationToken.IsCancellationRequested)
            {
                var pause = TimeSpan.FromSeconds(1 << tries);
                entry.Say($"{e.Message}; again in {pause.TotalSeconds:0} s", MessageLevel.Warning);
                await Task.Delay(pause, time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private Entry Of(WorkspaceSource source, IBuildObserver observer)
    {
        var field = $"workspace[{source.Path}]";
        var expanded = SpecExpander.Expand(source, request.Values, field);
        if (expanded.Errors.Count > 0)
        {
            throw new PlatformException(
                FailureKind.Terminal, Reasons.TemplateInvalid, string.Join("; ", expanded.Errors.Select(e => $"{e.Path}: {e.Message}")), "correct the template or the build's parameters");
        }

        return new(expanded.Value, $"{field}.{Fetchers.First(f => f.Supports(source)).Kind}", request, observer, time);
    }
}
