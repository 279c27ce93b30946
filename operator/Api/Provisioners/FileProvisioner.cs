using ImageOperator.Api.Schema;

namespace ImageOperator.Api.Provisioners;

/// <summary>Files copied to or from the machine.</summary>
[CelRule("has(self.source) != has(self.content)", "exactly one of source and content must be set")]
[CelRule("!has(self.content) || self.direction == 'Upload'", "content can only be uploaded: set direction Upload, or source instead of content", FieldPath = ".content")]
[CelRule("self.direction == 'Upload' || (!has(self.mode) && !has(self.owner) && !has(self.group))",
    "mode, owner and group apply to uploads only: remove them", FieldPath = ".direction")]
public sealed record FileProvisioner
{
    /// <summary>Which way the files go.</summary>
    public FileDirection Direction { get; init; } = FileDirection.Upload;

    /// <summary>
    /// Upload: a file or folder in the workspace. Download: an absolute path on the machine.
    /// A folder with a trailing slash means its contents, without it the folder itself, as in rsync.
    /// </summary>
    [Bounds(Min = 1, Max = 4096)]
    public string? Source { get; init; }

    /// <summary>The file's content, instead of a source.</summary>
    [Bounds(Max = 262144)]
    public string? Content { get; init; }

    /// <summary>
    /// Upload: an absolute path on the machine; missing folders are made. Download: a path below the build's output folder.
    /// With a trailing slash it is a folder to put the source into.
    /// </summary>
    [Bounds(Min = 1, Max = 4096)]
    public required string Destination { get; init; }

    /// <summary>The permission bits of the files, octal. Unset: as in the workspace.</summary>
    [Pattern("^[0-7]{3,4}$")]
    [Bounds(Max = 4)]
    public string? Mode { get; init; }

    /// <summary>The owner on the machine. Setting it, or group, copies as root by sudo.</summary>
    [Bounds(Min = 1, Max = 32)]
    [Pattern("^[a-z0-9_][a-z0-9_.-]*$")]
    public string? Owner { get; init; }

    /// <summary>The group on the machine.</summary>
    [Bounds(Min = 1, Max = 32)]
    [Pattern("^[a-z0-9_][a-z0-9_.-]*$")]
    public string? Group { get; init; }

    /// <summary>Copy as root by sudo, to write (or read) where the login user may not.</summary>
    public bool Sudo { get; init; }
}
