using ImageOperator.Api.Common;
using ImageOperator.Api.Schema;

namespace ImageOperator.Api.ImageTemplates;

/// <summary>A file of a web server.</summary>
[CelRule("!(has(self.unpack) && self.unpack) || !has(self.fileName)", NoName, FieldPath = ".fileName")]
[CelRule("!has(self.subPath) || (has(self.unpack) && self.unpack)", NoSubPath, FieldPath = ".subPath")]
public sealed record HttpSource
{
    internal const string NoName = "what is unpacked has its own names: remove fileName, or unpack";
    internal const string NoSubPath = "only an archive has folders: set unpack, or remove subPath";

    /// <summary>Where the file is. <c>$(params.NAME)</c> is expanded.</summary>
    [Bounds(Min = 1, Max = 2048)]
    [Pattern("^(https?://|\\$\\().+")]
    public required string Url { get; init; }

    /// <summary>The file's SHA-256 or SHA-512; a file that does not match is never used.</summary>
    [Bounds(Max = 256)]
    [Pattern(Targets.Qemu.QemuSource.ChecksumPattern)]
    public required string Checksum { get; init; }

    /// <summary>A Secret with <c>username</c> and <c>password</c>, or <c>bearerToken</c>; <c>ca.crt</c>. Sent over HTTPS only.</summary>
    public LocalObjectReference? SecretRef { get; init; }

    /// <summary>Unpack the file, a tar (plain or gzip) or zip archive.</summary>
    public bool Unpack { get; init; }

    /// <summary>The name of the file in the workspace, if it is not unpacked; the last part of the URL if not set.</summary>
    [Bounds(Min = 1, Max = 255)]
    [Pattern(WorkspacePaths.FilePattern)]
    public string? FileName { get; init; }

    /// <summary>The folder of the archive to take; all of it if not set.</summary>
    [Bounds(Min = 1, Max = 1024)]
    [Pattern(WorkspacePaths.FolderPattern)]
    public string? SubPath { get; init; }
}
