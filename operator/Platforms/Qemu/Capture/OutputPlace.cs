using System.Globalization;
using ImageOperator.Api.Targets.Qemu;
using ImageOperator.Downloads;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Platforms.Qemu.Capture;

/// <summary>Where the result goes, and where it is staged on the same volume until it has passed its tests.</summary>
internal sealed record OutputPlace(string Folder, string Key, string FileName, string Id)
{
    /// <summary>The folder on the output's volume that holds what builds have not finished.</summary>
    public const string StagingRoot = ".imageoperator";

    public string FinalPath => Path.Combine(Folder, FileName);

    public string ChecksumPath => FinalPath + ".sha256";

    public string StagingFolder => Path.Combine(Folder, StagingRoot, Key);

    public string StagedPath => Path.Combine(StagingFolder, FileName + ".partial");

    public static OutputPlace Of(BuildIdentity identity, QemuOutput output, IVolumeMap volumes)
    {
        var name = $"{output.Name}.{Extension(output.Format)}";
        return output switch
        {
            { PersistentVolumeClaim: { } claim } => new(
                volumes.MapClaim(VolumeUse.Output, claim.ClaimName, claim.Path), identity.Key, name, $"pvc://{claim.ClaimName}/{claim.Path.Trim('/')}/{name}"),
            { HostPath: { } folder } => new(
                volumes.MapHostPath(VolumeUse.Output, folder.Path), identity.Key, name, $"hostpath:{folder.Path.TrimEnd('/')}/{name}"),
            _ => throw new InvalidOperationException("the output names no place: the API refuses such a target"),
        };
    }

    public static string Extension(DiskFormat format) => format switch
    {
        DiskFormat.Raw => "raw",
        DiskFormat.Vmdk => "vmdk",
        DiskFormat.Vhd => "vhd",
        DiskFormat.Vhdx => "vhdx",
        DiskFormat.Vdi => "vdi",
        _ => "qcow2",
    };

    /// <summary>What tells the staged file from every other, and stays when it is renamed; null if there is none.</summary>
    public static string? MarkOf(string path) =>
        Posix.Stamp(path) is { } stamp ? string.Create(CultureInfo.InvariantCulture, $"{stamp.Inode}:{stamp.ModifiedNs}:{stamp.Size}") : null;

    /// <summary>Deletes the published file if it is the one with this mark: another build's, or an earlier one's, is not ours to delete.</summary>
    public void DeletePublished(string mark)
    {
        if (MarkOf(FinalPath) != mark) return;
        File.Delete(FinalPath);
        File.Delete(ChecksumPath);
    }

    /// <summary>Deletes what is staged, and the staging folders if nothing else is in them.</summary>
    public void DeleteStaged()
    {
        if (Directory.Exists(StagingFolder)) Directory.Delete(StagingFolder, recursive: true);
        var root = Path.Combine(Folder, StagingRoot);
        try
        {
            Directory.Delete(root);
        }
        catch (IOException)
        {
            // Not there, or another build's files are in it.
        }
    }
}
