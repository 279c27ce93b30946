using ImageOperator.Api.Schema;

namespace ImageOperator.Api.Targets.Qemu;

/// <summary>A file, or a folder, on the node.</summary>
public sealed record HostPathFile
{
    /// <summary>The absolute path.</summary>
    [Bounds(Min = 2, Max = 1024)]
    [Pattern(AbsolutePathPattern)]
    public required string Path { get; init; }

    /// <summary>An absolute path without <c>..</c>, an empty part or odd characters.</summary>
    public const string AbsolutePathPattern = "^(/[A-Za-z0-9_@%+=:,~-]([A-Za-z0-9_.@%+=:,~-])*|/\\.[A-Za-z0-9_@%+=:,~-]([A-Za-z0-9_.@%+=:,~-])*)+$";
}
