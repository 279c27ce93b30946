using ImageOperator.Api.Schema;

namespace ImageOperator.Api.Targets.Qemu;

/// <summary>The disk image to start from. Exactly one of url, hostPath and persistentVolumeClaim must be set.</summary>
[CelRule("(has(self.url) ? 1 : 0) + (has(self.hostPath) ? 1 : 0) + (has(self.persistentVolumeClaim) ? 1 : 0) == 1",
    "exactly one of url, hostPath and persistentVolumeClaim must be set")]
public sealed record QemuSource
{
    /// <summary>Where to download the image from. Downloads are resumed, verified and cached by checksum.</summary>
    [Bounds(Max = 2048)]
    [Pattern("^(https?://|\\$\\().+")]
    public string? Url { get; init; }

    /// <summary>A file on the node (or, with imagectl, on this machine).</summary>
    public HostPathFile? HostPath { get; init; }

    /// <summary>A file on a volume.</summary>
    public ClaimFile? PersistentVolumeClaim { get; init; }

    /// <summary>The checksum of the image file; an image that does not match is never used.</summary>
    [Bounds(Max = 256)]
    [Pattern(ChecksumPattern)]
    public required string Checksum { get; init; }

    /// <summary>A SHA-256 or SHA-512 sum in hexadecimal, or an expression that becomes one.</summary>
    public const string ChecksumPattern = "^(sha256:[a-f0-9]{64}|sha512:[a-f0-9]{128}|[^$]*\\$\\(.+\\).*)$";
}
