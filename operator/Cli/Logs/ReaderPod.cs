using ImageOperator.Api;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Protocol;
using k8s.Models;

namespace ImageOperator.Cli.Logs;

/// <summary>A pod of seconds that prints a file of a claim: restricted, without a token, and gone with its build if nobody removes it.</summary>
internal static class ReaderPod
{
    private const int DeadlineSeconds = 300;

    public static V1Pod Of(ImageBuild build, StoreReader reader, string claim, string path) => new()
    {
        Metadata = new()
        {
            GenerateName = "imagectl-logs-",
            Labels = new Dictionary<string, string> { ["app.kubernetes.io/name"] = "imagectl-logs", ["app.kubernetes.io/managed-by"] = "imagectl" },
            OwnerReferences = [new() { ApiVersion = GroupVersion.ApiVersion, Kind = ImageBuild.KindName, Name = build.Metadata.Name, Uid = build.Metadata.Uid }],
        },
        Spec = new()
        {
            RestartPolicy = "Never",
            ActiveDeadlineSeconds = DeadlineSeconds,
            AutomountServiceAccountToken = false,
            EnableServiceLinks = false,
            ImagePullSecrets = reader.PullSecrets.Count > 0 ? [.. reader.PullSecrets.Select(s => new V1LocalObjectReference { Name = s })] : null,
            SecurityContext = new()
            {
                RunAsNonRoot = true,
                RunAsUser = reader.User,
                RunAsGroup = reader.User,
                FsGroup = reader.User,
                FsGroupChangePolicy = "OnRootMismatch",
                SeccompProfile = new() { Type = "RuntimeDefault" },
            },
            Containers =
            [
                new()
                {
                    Name = "print",
                    Image = reader.Image,
                    ImagePullPolicy = reader.PullPolicy,
                    Command = [PodPaths.BuilderCommand],
                    Args = [StoreReader.Command, $"{StoreReader.Folder}/{path}"],
                    Resources = new()
                    {
                        Requests = new Dictionary<string, ResourceQuantity> { ["cpu"] = new("10m"), ["memory"] = new("64Mi") },
                        Limits = new Dictionary<string, ResourceQuantity> { ["memory"] = new("256Mi") },
                    },
                    SecurityContext = new() { AllowPrivilegeEscalation = false, ReadOnlyRootFilesystem = true, Capabilities = new() { Drop = ["ALL"] } },
                    VolumeMounts = [new() { Name = "store", MountPath = StoreReader.Folder, ReadOnlyProperty = true }, new() { Name = "tmp", MountPath = "/tmp" }],
                },
            ],
            Volumes =
            [
                new() { Name = "store", PersistentVolumeClaim = new() { ClaimName = claim } },
                new() { Name = "tmp", EmptyDir = new() { SizeLimit = new("16Mi") } },
            ],
        },
    };
}
