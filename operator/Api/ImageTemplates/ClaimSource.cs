using ImageOperator.Api.Common;
using ImageOperator.Api.Schema;

namespace ImageOperator.Api.ImageTemplates;

/// <summary>A folder of a PersistentVolumeClaim in the build's namespace.</summary>
public sealed record ClaimSource
{
    /// <summary>The claim's name.</summary>
    [Bounds(Min = 1, Max = 253)]
    [Pattern(Names.SubdomainPattern)]
    public required string ClaimName { get; init; }

    /// <summary>The folder in the volume; its root if not set.</summary>
    [Bounds(Min = 1, Max = 1024)]
    [Pattern(WorkspacePaths.FolderPattern)]
    public string? SubPath { get; init; }
}
