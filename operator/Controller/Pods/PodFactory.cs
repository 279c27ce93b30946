using System.Globalization;
using ImageOperator.Api.Platforms.Qemu;
using ImageOperator.Api.Protocol;
using ImageOperator.Controller.Builds;
using ImageOperator.Controller.Hosting;
using ImageOperator.Controller.Logs;
using ImageOperator.Runtime.Controllers;
using ImageOperator.Telemetry;
using k8s.Models;

namespace ImageOperator.Controller.Pods;

/// <summary>Makes the pods of a build: the restricted Pod Security Standard, no secret in arguments or environment.</summary>
internal sealed class PodFactory(BuilderOptions options, OtlpOptions? otlp = null, LogOptions? logs = null)
{
    private const string ContainerName = "builder";

    /// <exception cref="PodPlanException">The target's paths cannot be expanded to what may be mounted.</exception>
    public V1Pod Create(PodPlan plan)
    {
        IReadOnlyList<MountedVolume> volumes = [.. PodVolumes.Of(plan, options), .. PodTelemetry.Volumes(otlp)];
        var build = plan.Build;
        var pod = new V1Pod
        {
            Metadata = new()
            {
                Name = plan.Name,
                NamespaceProperty = build.Metadata.NamespaceProperty,
                Labels = LabelsOf(plan),
                Annotations = plan.Earlier.Count > 0 ? new Dictionary<string, string> { [Labels.EarlierResults] = EarlierResults.ToJson(plan.Earlier) } : null,
                OwnerReferences = [build.ControllerReference(blockOwnerDeletion: false)],
            },
            Spec = new()
            {
                RestartPolicy = "Never",
                ServiceAccountName = plan.ServiceAccount,
                // The token is mounted as a projected volume: bounded in time, and there is no waiting for a token Secret on old servers.
                AutomountServiceAccountToken = false,
                EnableServiceLinks = false,
                TerminationGracePeriodSeconds = (long)options.GracePeriod.TotalSeconds,
                SecurityContext = PodSecurity.Pod(options),
                ImagePullSecrets = options.PullSecrets.Count > 0 ? [.. options.PullSecrets.Select(s => new V1LocalObjectReference { Name = s })] : null,
                NodeSelector = options.NodeSelector.Count > 0 ? options.NodeSelector : null,
                Tolerations = options.Tolerations.Count > 0 ? options.Tolerations : null,
                Affinity = PodPlacement.Of(plan),
                Containers =
                [
                    new()
                    {
                        Name = ContainerName,
                        Image = options.Image,
                        ImagePullPolicy = options.PullPolicy,
                        Command = [PodPaths.BuilderCommand],
                        Args = Args(plan),
                        Env = Environment(otlp),
                        Resources = PodResources.Of(plan, options),
                        SecurityContext = PodSecurity.Container(),
                        VolumeMounts = [.. volumes.Select(v => v.Mount)],
                    },
                ],
                Volumes = [.. volumes.Select(v => v.Volume).DistinctBy(v => v.Name)],
            },
        };
        PodTemplates.Apply(pod, plan.Platform?.PodTemplate);
        return pod;
    }

    private static Dictionary<string, string> LabelsOf(PodPlan plan) => new()
    {
        ["app.kubernetes.io/name"] = "image-builder",
        ["app.kubernetes.io/managed-by"] = "image-operator",
        [Labels.Build] = plan.Build.Metadata.Name,
        [Labels.BuildUid] = plan.Build.Metadata.Uid,
        [Labels.Target] = plan.Target.Name,
        [Labels.Attempt] = plan.Attempt.ToString(CultureInfo.InvariantCulture),
        [Labels.Role] = plan.Sweeper ? Labels.SweeperRole : Labels.BuilderRole,
    };

    private List<string> Args(PodPlan plan)
    {
        var metadata = plan.Build.Metadata;
        List<string> args =
        [
            plan.Sweeper ? "sweep" : "run",
            "--namespace", metadata.NamespaceProperty, "--build", metadata.Name, "--uid", metadata.Uid, "--target", plan.Target.Name,
        ];
        if (!plan.Sweeper) args.AddRange(["--attempt", plan.Attempt.ToString(CultureInfo.InvariantCulture)]);
        // Only so does the builder know which log is too long for a ConfigMap.
        if (!plan.Sweeper && logs is { Keep: true }) args.AddRange([PodPaths.KeptLogOption, logs.MaxKiB.ToString(CultureInfo.InvariantCulture)]);
        if (!plan.Sweeper && IsShared(plan.Platform?.Qemu?.Cache)) args.AddRange(CacheArgs());
        if (plan.Build.Status?.Traceparent is { } trace) args.AddRange(["--traceparent", trace]);
        return args;
    }

    /// <summary>A cache that goes with its pod needs no limits of ours.</summary>
    private bool IsShared(QemuCache? ofPlatform) => ofPlatform is null ? options.Cache.Kind != CacheKind.EmptyDir : ofPlatform.HostPath is not null || ofPlatform.PersistentVolumeClaim is not null;

    private IEnumerable<string> CacheArgs()
    {
        var hours = (int)Math.Min(options.Cache.MaxAge.TotalHours, int.MaxValue);
        if (options.Cache.MaxGiB > 0) yield return PodPaths.CacheSizeOption;
        if (options.Cache.MaxGiB > 0) yield return options.Cache.MaxGiB.ToString(CultureInfo.InvariantCulture);
        if (hours > 0) yield return PodPaths.CacheAgeOption;
        if (hours > 0) yield return hours.ToString(CultureInfo.InvariantCulture);
    }

    private static List<V1EnvVar> Environment(OtlpOptions? otlp) =>
    [
        new() { Name = "HOME", Value = "/tmp" },
        new() { Name = "NODE_NAME", ValueFrom = new() { FieldRef = new() { FieldPath = "spec.nodeName" } } },
        new() { Name = "POD_NAME", ValueFrom = new() { FieldRef = new() { FieldPath = "metadata.name" } } },
        .. PodTelemetry.Environment(otlp),
    ];
}
