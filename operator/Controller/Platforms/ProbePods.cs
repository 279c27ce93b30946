using System.Globalization;
using System.Text.Json;
using ImageOperator.Api;
using ImageOperator.Api.Platforms;
using ImageOperator.Api.Protocol;
using ImageOperator.Controller.Builds;
using ImageOperator.Controller.Hosting;
using ImageOperator.Controller.Pods;
using ImageOperator.Runtime.Controllers;
using k8s.Models;
using Microsoft.Extensions.Options;

namespace ImageOperator.Controller.Platforms;

/// <summary>
/// Makes and reads probe pods: as builders are but for their size, with the platform's credentials as files, and without any
/// right in the cluster; the result is the container's termination message.
/// </summary>
internal sealed class ProbePods(IOptions<OperatorOptions> options)
{
    private BuilderOptions Builder => options.Value.Builder;

    public static string Name(IPlatformObject platform) =>
        PodNames.Bounded($"{(platform is ClusterImagePlatform ? "cluster-" : "")}probe-{platform.Metadata.Name}", "");

    /// <summary>The name for when someone else's pod has the ordinary one: a builder's, <c>probe-x-1</c> for example, or anyone's.</summary>
    public static string OtherName(IPlatformObject platform) => PodNames.Other(Name(platform), platform.Metadata.Uid);

    /// <summary>Whether it is a probe pod of this platform, or of one of the same kind and name before. No other may be touched.</summary>
    public static bool IsProbeOf(V1Pod pod, IPlatformObject platform) =>
        pod.Metadata.Labels?.TryGetValue(Labels.Role, out var role) == true && role == Labels.ProbeRole
        && pod.Metadata.OwnerReferences?.Any(o => o.Controller == true && o.Kind == Owner(platform).Kind && o.Name == platform.Metadata.Name) == true;

    /// <summary>A platform's own namespace; of a platform of the cluster the one that it names, else the operator's.</summary>
    public string Namespace(IPlatformObject platform) => platform is ClusterImagePlatform cluster
        ? cluster.Spec.ProbeNamespace ?? (options.Value.Probe.Namespace.Length > 0 ? options.Value.Probe.Namespace : options.Value.LeaderElection.Namespace)
        : platform.Metadata.NamespaceProperty;

    public V1Pod Create(IPlatformObject platform, string? requested, IReadOnlyList<string>? builds = null)
    {
        var settings = platform.Settings;
        MountedVolume[] volumes = [PodVolumes.At("tmp", "/tmp", v => v.EmptyDir = new()), .. Places(settings), .. PlatformVolumes.Of(settings, optional: true)];
        var pod = new V1Pod
        {
            Metadata = new()
            {
                Name = Name(platform),
                NamespaceProperty = Namespace(platform),
                Labels = new Dictionary<string, string>
                {
                    ["app.kubernetes.io/name"] = "image-builder",
                    ["app.kubernetes.io/managed-by"] = "image-operator",
                    [Labels.Role] = Labels.ProbeRole,
                },
                Annotations = new Dictionary<string, string>
                {
                    [Labels.PlatformGeneration] = (platform.Metadata.Generation ?? 0).ToString(CultureInfo.InvariantCulture),
                },
                OwnerReferences = [Owner(platform)],
            },
            Spec = new()
            {
                RestartPolicy = "Never",
                ServiceAccountName = settings.Credentials?.ServiceAccountName,
                AutomountServiceAccountToken = false,
                EnableServiceLinks = false,
                TerminationGracePeriodSeconds = 5,
                // The kubelet's own end of a pod whose operator is away.
                ActiveDeadlineSeconds = (long)Math.Max(1, options.Value.Probe.Timeout.TotalSeconds),
                SecurityContext = PodSecurity.Pod(Builder),
                ImagePullSecrets = Builder.PullSecrets.Count > 0 ? [.. Builder.PullSecrets.Select(s => new V1LocalObjectReference { Name = s })] : null,
                NodeSelector = Builder.NodeSelector.Count > 0 ? Builder.NodeSelector : null,
                Tolerations = Builder.Tolerations.Count > 0 ? Builder.Tolerations : null,
                Containers = [Container(settings, volumes, Order(platform, builds))],
                Volumes = [.. volumes.Select(v => v.Volume).DistinctBy(v => v.Name)],
            },
        };
        if (requested is not null) pod.Metadata.Annotations[Labels.ReconcileRequestedAt] = requested;
        PodTemplates.Apply(pod, settings.PodTemplate);
        return pod;
    }

    public static ProbePod Read(V1Pod pod, IPlatformObject platform)
    {
        var seen = PodReader.Read(pod);
        var annotations = pod.Metadata.Annotations ?? new Dictionary<string, string>();
        var ended = pod.Status?.ContainerStatuses?.FirstOrDefault()?.State?.Terminated;
        return new()
        {
            Uid = pod.Metadata.Uid,
            Ours = pod.IsControlledBy(platform.Metadata.Uid),
            Generation = annotations.TryGetValue(Labels.PlatformGeneration, out var text) && long.TryParse(text, CultureInfo.InvariantCulture, out var generation) ? generation : -1,
            Requested = annotations.TryGetValue(Labels.ReconcileRequestedAt, out var requested) ? requested : null,
            Terminating = seen.IsTerminating,
            CreatedAt = seen.CreatedAt,
            EndedAt = seen.Life == PodLife.Ended ? seen.EndedAt ?? seen.CreatedAt : null,
            Result = ProbeResult.Read(ended?.Message),
            Detail = ProbeResult.Read(ended?.Message) is null ? seen.Detail : null,
        };
    }

    private V1Container Container(ImagePlatformSpec settings, MountedVolume[] volumes, StrayOrder? strays)
    {
        var resources = new V1ResourceRequirements
        {
            Requests = new Dictionary<string, ResourceQuantity> { ["cpu"] = new("100m"), ["memory"] = new("256Mi") },
            Limits = new Dictionary<string, ResourceQuantity> { ["memory"] = new("256Mi") },
        };
        if (settings.Qemu is { Accelerator: not Api.Targets.Qemu.QemuAccelerator.Tcg }) PodResources.AddKvm(resources, settings, Builder);
        return new()
        {
            Name = "probe",
            Image = Builder.Image,
            ImagePullPolicy = Builder.PullPolicy,
            Command = [PodPaths.BuilderCommand],
            Args = ["probe", ProbeResult.PlatformOption, Unexpanded(JsonSerializer.Serialize(settings with { PodTemplate = null, Limits = null }, ApiJson.Options)), .. strays is null ? [] : new[] { StrayOrder.Option, JsonSerializer.Serialize(strays, ApiJson.Options) }],
            Env = [new() { Name = "HOME", Value = "/tmp" }],
            Resources = resources,
            SecurityContext = PodSecurity.Container(),
            TerminationMessagePath = ProbeResult.File,
            // Whatever ends it early: the end of its log says why.
            TerminationMessagePolicy = "FallbackToLogsOnError",
            VolumeMounts = [.. volumes.Select(v => v.Mount)],
        };
    }

    private static StrayOrder? Order(IPlatformObject platform, IReadOnlyList<string>? builds) =>
        platform.Settings.Qemu is not null || builds is not { Count: <= StrayOrder.MostBuilds } ? null : new() { PlatformUid = platform.Metadata.Uid, Builds = builds };

    // By the object's own type: an interface has no kind.
    private static V1OwnerReference Owner(IPlatformObject platform) => platform switch
    {
        ClusterImagePlatform shared => shared.ControllerReference(blockOwnerDeletion: false),
        ImagePlatform own => own.ControllerReference(blockOwnerDeletion: false),
        _ => throw new ArgumentException($"a {platform.GetType().Name} is no platform", nameof(platform)),
    };

    /// <summary>Kubernetes makes one dollar of two, and variables' values of $(NAME).</summary>
    private static string Unexpanded(string text) => text.Replace("$", "$$", StringComparison.Ordinal);

    private IEnumerable<MountedVolume> Places(ImagePlatformSpec settings) => settings.Qemu is { } qemu
        ? [PodVolumes.At("scratch", PodPaths.Scratch, v => v.EmptyDir = new()), PodVolumes.Cache(Builder.Cache, qemu.Cache)]
        : [];
}
