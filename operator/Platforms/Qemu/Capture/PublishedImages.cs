using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Targets.Qemu;
using ImageOperator.Downloads;
using ImageOperator.Engine.Ports;
using ImageOperator.Platforms.Qemu.Sources;

namespace ImageOperator.Platforms.Qemu.Capture;

/// <summary>Looks at images that earlier builds put where this target's go.</summary>
internal sealed class PublishedImages(PlatformContext context, QemuTarget target)
{
    private readonly VerifiedFiles _verified = new(context.Folders.Cache);

    /// <summary>
    /// Whether the file is there with the artifact's checksum: a later build may have replaced it under the same name. A file
    /// that was read before and has not changed is not read again.
    /// </summary>
    public async Task<bool> ExistsAsync(Artifact artifact, CancellationToken cancellationToken)
    {
        if (PathOf(artifact) is not { } path || artifact.Checksum is not { } sum || artifact.SizeBytes is not { } size) return false;
        var stamp = Posix.Stamp(path);
        if (stamp is null || stamp.Size != size) return false;
        var checksum = Checksum.Parse(sum);
        if (await _verified.RecallAsync(path, checksum, cancellationToken).ConfigureAwait(false) is not null) return true;
        if (await Checksum.OfFileAsync(path, cancellationToken).ConfigureAwait(false) != checksum) return false;
        if (artifact.VirtualSizeBytes is { } disk) await _verified.RememberAsync(stamp, checksum, new(path, artifact.Type, disk), cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <summary>Null if the image is not in this target's output folder: nothing else is mounted.</summary>
    private string? PathOf(Artifact artifact)
    {
        var place = OutputPlace.Of(context.Identity, target.Output, context.Volumes);
        var folder = place.Id[..^place.FileName.Length];
        if (!artifact.Id.StartsWith(folder, StringComparison.Ordinal)) return null;
        var name = artifact.Id[folder.Length..];
        return name.Length > 0 && !name.Contains('/', StringComparison.Ordinal) && name is not ("." or "..") ? Path.Combine(place.Folder, name) : null;
    }
}
