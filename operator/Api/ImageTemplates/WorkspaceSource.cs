using ImageOperator.Api.Schema;

namespace ImageOperator.Api.ImageTemplates;

/// <summary>Files that the build finds below its workspace. Exactly one source must be set.</summary>
[CelRule("has(self.configMap)", "a workspace entry needs a source: set configMap", FieldPath = ".configMap")]
public sealed record WorkspaceSource
{
    /// <summary>Where the files stand, relative to the workspace (<c>$(workspace.path)</c>).</summary>
    [Bounds(Min = 1, Max = 255)]
    [Pattern("^[A-Za-z0-9_][-A-Za-z0-9_.]*(/[A-Za-z0-9_][-A-Za-z0-9_.]*)*$")]
    public required string Path { get; init; }

    /// <summary>The keys of a ConfigMap, a file each.</summary>
    public ConfigMapSource? ConfigMap { get; init; }
}
