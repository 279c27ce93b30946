using ImageOperator.Engine.Ports;

namespace ImageOperator.Builder.Pod;

/// <summary>
/// Where the operator mounts the volumes of a target: an output folder of the node, a source file's folder, or a claim's root.
/// </summary>
internal sealed class PodVolumes(PodOptions options) : IVolumeMap
{
    public string MapHostPath(VolumeUse use, string path) =>
        use == VolumeUse.Output ? options.Output : Path.Combine(options.Source, Path.GetFileName(path));

    public string MapClaim(VolumeUse use, string claimName, string path) =>
        Path.Combine(use == VolumeUse.Output ? options.Output : options.Source, path);
}
