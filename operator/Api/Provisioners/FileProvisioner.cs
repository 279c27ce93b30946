using ImageOperator.Api.Schema;
using ImageOperator.Api.Validation;

namespace ImageOperator.Api.Provisioners;

/// <summary>Files copied to or from the machine.</summary>
[Choice(Allowed.ExactlyOne, "source", "content")]
[CelRule("!has(self.content) || self.direction == 'Upload'", "content can only be uploaded: set direction Upload, or source instead of content", FieldPath = ".content")]
[CelRule("self.direction == 'Upload' || (!has(self.mode) && !has(self.owner) && !has(self.group))",
    "mode, owner and group apply to uploads only: remove them", FieldPath = ".direction")]
public sealed record FileProvisioner : IChecked
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
    [TakesSecrets]
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

    void IChecked.Check(ErrorList errors, string path)
    {
        if (Direction == FileDirection.Upload)
        {
            PathRules.Inside(errors, Source, $"{path}.source", "the workspace");
            PathRules.OnMachine(errors, Destination, $"{path}.destination");
            errors.Require(Content is null || !Destination.EndsWith('/'), $"{path}.destination", "content needs a file's name: remove the trailing slash or add a name");
            return;
        }

        PathRules.OnMachine(errors, Source, $"{path}.source");
        PathRules.Inside(errors, Destination, $"{path}.destination", "the output folder");
        errors.Require(Content is null, $"{path}.content", "content can only be uploaded: set direction Upload, or source instead of content");
        errors.Require(Mode is null && Owner is null && Group is null, $"{path}.direction", "mode, owner and group apply to uploads only: remove them");
    }
}
