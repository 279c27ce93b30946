using ImageOperator.Api.ImageTemplates;
using ImageOperator.Api.Substitution;

namespace ImageOperator.Workspaces;

/// <summary>Which files a build wants, and where things stand.</summary>
public sealed record WorkspaceRequest
{
    /// <summary>The template's entries, <c>$(…)</c> not yet expanded.</summary>
    public required IReadOnlyList<WorkspaceSource> Entries { get; init; }

    /// <summary>What <c>$(…)</c> stands for.</summary>
    public required ExpressionValues Values { get; init; }

    /// <summary>The workspace's folder.</summary>
    public required string Folder { get; init; }

    /// <summary>Downloads, shared between builds and with other processes.</summary>
    public required string Cache { get; init; }

    /// <summary>A folder that nobody else reads.</summary>
    public required string Scratch { get; init; }

    /// <summary>Part of the key of what is cached and was read with credentials: nobody else's builds may find it.</summary>
    public required string Namespace { get; init; }

    /// <summary>The keys of the Secret that an entry's <c>secretRef</c> names; null if there is none.</summary>
    public required Func<WorkspaceSource, IReadOnlyDictionary<string, string>?> Credentials { get; init; }
}
