using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Workspaces.Archives;

namespace ImageOperator.Workspaces.Flux;

/// <summary>The artifact that Flux serves. Which one the operator has settled when it took the build up.</summary>
internal sealed class FluxFetcher : IEntryFetcher
{
    public string Kind => "flux";

    public bool Supports(WorkspaceSource source) => source.Flux is not null;

    public Task<WorkspaceStatus> ResolveAsync(Entry entry, CancellationToken cancellationToken) => throw WorkspaceFailure.Unavailable(
        entry.Field, "only an operator in a cluster can ask Flux for its artifact", "without a cluster give a folder with --workspace, or use git, oci or http");

    public async Task FetchAsync(Entry entry, WorkspaceStatus pin, string folder, CancellationToken cancellationToken)
    {
        if (pin.Url is not { } text || !Uri.TryCreate(text, UriKind.Absolute, out var url)) throw WorkspaceFailure.Unavailable(entry.Field, "status.workspace has no URL of the artifact");
        using var client = new HttpClient(SecretKeys.Handler(entry, url)) { Timeout = Timeout.InfiniteTimeSpan };
        using var file = await BlobCache.GetAsync(entry, client, url, pin.Digest, $"{entry.Field} ({pin.Revision})", cancellationToken).ConfigureAwait(false);
        var writer = new TreeWriter(folder, entry.Source.Flux!.SubPath, entry.Field, TreeLimits.Default);
        await Unpacker.UnpackAsync(file.Path, writer, entry.Field, cancellationToken).ConfigureAwait(false);
        writer.Complete();
    }
}
