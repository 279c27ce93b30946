using ImageOperator.Api.Schema;

namespace ImageOperator.Api.ImageTemplates;

/// <summary>One key of a ConfigMap and the file it becomes.</summary>
public sealed record KeyToPath
{
    /// <summary>The key.</summary>
    [Bounds(Min = 1, Max = 253)]
    [Pattern("^[-._a-zA-Z0-9]+$")]
    public required string Key { get; init; }

    /// <summary>The file, relative to the workspace entry's path.</summary>
    [Bounds(Min = 1, Max = 255)]
    [Pattern("^[A-Za-z0-9_][-A-Za-z0-9_.]*(/[A-Za-z0-9_][-A-Za-z0-9_.]*)*$")]
    public required string Path { get; init; }
}
