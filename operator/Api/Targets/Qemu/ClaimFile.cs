using ImageOperator.Api.Common;
using ImageOperator.Api.Schema;

namespace ImageOperator.Api.Targets.Qemu;

/// <summary>A file, or a folder, on a PersistentVolumeClaim's volume.</summary>
public sealed record ClaimFile
{
    /// <summary>The claim's name, in the build's namespace.</summary>
    [Bounds(Min = 1, Max = 253)]
    [Pattern(Names.SubdomainPattern)]
    public required string ClaimName { get; init; }

    /// <summary>The path on the volume, relative to its root.</summary>
    [Bounds(Min = 1, Max = 1024)]
    [Pattern(RelativePathPattern)]
    public required string Path { get; init; }

    /// <summary>A relative path without <c>..</c> or an empty part.</summary>
    public const string RelativePathPattern = "^[A-Za-z0-9_@%+=:,~$()-][A-Za-z0-9_.@%+=:,~$()-]*(/[A-Za-z0-9_@%+=:,~$()-][A-Za-z0-9_.@%+=:,~$()-]*)*$";
}
