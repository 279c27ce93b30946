using ImageOperator.Api.Conditions;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Cli.Build.Inputs;

/// <summary>Paths are this machine's own; there are no claims.</summary>
internal sealed class LocalVolumes : IVolumeMap
{
    public string MapHostPath(VolumeUse use, string path) => path;

    public string MapClaim(VolumeUse use, string claimName, string path) => throw new PlatformException(
        FailureKind.Terminal, Reasons.TemplateInvalid, $"there is no PersistentVolumeClaim \"{claimName}\" without a cluster", "use hostPath, or --output-dir");
}
