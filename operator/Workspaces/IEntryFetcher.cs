using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.ImageTemplates;

namespace ImageOperator.Workspaces;

/// <summary>Fetches one kind of entry.</summary>
internal interface IEntryFetcher
{
    /// <summary>The field of the kind.</summary>
    string Kind { get; }

    bool Supports(WorkspaceSource source);

    /// <summary>Finds out what the entry is now: a commit, a digest.</summary>
    Task<WorkspaceStatus> ResolveAsync(Entry entry, CancellationToken cancellationToken);

    /// <summary>Puts just that into the folder, which exists and is empty.</summary>
    Task FetchAsync(Entry entry, WorkspaceStatus pin, string folder, CancellationToken cancellationToken);
}
