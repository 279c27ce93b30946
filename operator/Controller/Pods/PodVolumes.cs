using ImageOperator.Api.ImageTemplates;
using ImageOperator.Api.Platforms.Qemu;
using ImageOperator.Api.Protocol;
using ImageOperator.Controller.Access;
using ImageOperator.Controller.Hosting;
using k8s.Models;

namespace ImageOperator.Controller.Pods;

/// <summary>A volume and where it stands.</summary>
internal sealed record MountedVolume(V1Volume Volume, V1VolumeMount Mount);

/// <summary>The volumes of a pod, as <see cref="PodPaths"/> says.</summary>
internal static class PodVolumes
{
    private const int OwnerAndGroup = 0x120; // 0440

    /// <summary>Not 3607, which client libraries like: API servers take that very number for the automatic mount, and make the token good for a year.</summary>
    private const int TokenSeconds = 3600;

    public static IReadOnlyList<MountedVolume> Of(PodPlan plan, BuilderOptions options)
    {
        var template = plan.Build.Status?.Template ?? throw new PodPlanException("the build has no snapshot of its template");
        return OneVolumeForEachClaim(
        [
            ServiceAccount(),
            At("tmp", "/tmp", v => v.EmptyDir = new()),
            At("scratch", PodPaths.Scratch, v => v.EmptyDir = new() { SizeLimit = options.ScratchSizeLimit is { } limit ? new(limit) : null }),
            Cache(options.Cache, plan.Platform?.Qemu?.Cache),
            .. WorkspaceVolumes.Of(template.Workspace, plan.Sweeper),
            .. template.Parameters.Where(p => p.SecretKeyRef is not null).Select((p, i) => Parameter(p, i, plan.Sweeper)),
            .. Secrets(template, plan.Sweeper),
            .. Comparison(plan),
            .. TargetVolumes.Of(plan),
            .. PublishVolumes.Of(plan),
            .. PlatformVolumes.Of(plan.Platform, plan.Sweeper),
        ]);
    }

    /// <summary>A claim that is used twice (source and output, say) is one volume: kubelet waits for ever for a second one of the same claim.</summary>
    private static List<MountedVolume> OneVolumeForEachClaim(IEnumerable<MountedVolume> all)
    {
        var claims = new Dictionary<string, V1Volume>(StringComparer.Ordinal);
        var result = new List<MountedVolume>();
        foreach (var mounted in all)
        {
            if (mounted.Volume.PersistentVolumeClaim is not { } claim || claims.TryAdd(claim.ClaimName, mounted.Volume)) result.Add(mounted);
            else
            {
                mounted.Mount.Name = claims[claim.ClaimName].Name;
                result.Add(mounted with { Volume = claims[claim.ClaimName] });
            }
        }

        return result;
    }

    public static MountedVolume At(string name, string path, Action<V1Volume> source, bool readOnly = false)
    {
        var volume = new V1Volume { Name = name };
        source(volume);
        return new(volume, new() { Name = name, MountPath = path, ReadOnlyProperty = readOnly ? true : null });
    }

    public static MountedVolume Cache(CacheOptions cache, QemuCache? ofPlatform) => ofPlatform is null ? Cache(cache) : At("cache", PodPaths.Cache, v =>
    {
        if (ofPlatform.HostPath is { } folder) v.HostPath = new() { Path = folder.Path, Type = "DirectoryOrCreate" };
        else if (ofPlatform.PersistentVolumeClaim is { } claim) v.PersistentVolumeClaim = new() { ClaimName = claim.ClaimName };
        else v.EmptyDir = new() { SizeLimit = ofPlatform.EmptyDir?.SizeLimit is { } limit ? new(limit.ToString()) : null };
    });

    private static MountedVolume Cache(CacheOptions cache) => At("cache", PodPaths.Cache, v =>
    {
        switch (cache.Kind)
        {
            case CacheKind.HostPath:
                v.HostPath = new() { Path = cache.HostPath, Type = "DirectoryOrCreate" };
                break;
            case CacheKind.PersistentVolumeClaim:
                v.PersistentVolumeClaim = new() { ClaimName = cache.ClaimName };
                break;
            default:
                v.EmptyDir = new();
                break;
        }
    });

    private static MountedVolume Parameter(Parameter parameter, int index, bool optional) => At(
        $"parameter-{index}", $"{PodPaths.Parameters}/{parameter.Name}",
        v => v.Secret = new()
        {
            SecretName = parameter.SecretKeyRef!.Name,
            Items = [new() { Key = parameter.SecretKeyRef.Key, Path = PodPaths.ParameterFile }],
            DefaultMode = OwnerAndGroup,
            Optional = optional ? true : null,
        },
        readOnly: true);

    /// <summary>A volume for each Secret, with the keys that are used only.</summary>
    private static IEnumerable<MountedVolume> Secrets(ImageTemplateSpec template, bool optional) => CommunicatorSecrets.Of(template.Communicator)
        .Select(s => s.Reference).Distinct().GroupBy(r => r.Name, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal).Select((secret, i) => At(
            $"secret-{i}", $"{PodPaths.Secrets}/{secret.Key}",
            v => v.Secret = new()
            {
                SecretName = secret.Key,
                Items = [.. secret.Select(r => new V1KeyToPath { Key = r.Key, Path = r.Key })],
                DefaultMode = OwnerAndGroup,
                Optional = optional ? true : null,
            },
            readOnly: true));

    /// <summary>What the target is compared with. A salt that is missing must not keep the pod from starting: it only costs a build.</summary>
    private static IEnumerable<MountedVolume> Comparison(PodPlan plan)
    {
        if (plan.NeedsSalt)
        {
            yield return At(
                "salt", PodPaths.Salt,
                v => v.Secret = new()
                {
                    SecretName = NamespaceSalt.Name,
                    Items = [new() { Key = PodPaths.SaltFile, Path = PodPaths.SaltFile }],
                    DefaultMode = OwnerAndGroup,
                    Optional = true,
                },
                readOnly: true);
        }

        if (plan.Earlier.Count > 0)
        {
            var field = new V1ObjectFieldSelector { FieldPath = $"metadata.annotations['{Labels.EarlierResults}']" };
            yield return At(
                "earlier", PodPaths.Earlier, v => v.DownwardAPI = new() { Items = [new() { Path = PodPaths.EarlierFile, FieldRef = field }] }, readOnly: true);
        }
    }

    private static MountedVolume ServiceAccount() => At(
        "service-account", "/var/run/secrets/kubernetes.io/serviceaccount",
        v => v.Projected = new()
        {
            DefaultMode = OwnerAndGroup,
            Sources =
            [
                new() { ServiceAccountToken = new() { Path = "token", ExpirationSeconds = TokenSeconds } },
                new() { ConfigMap = new() { Name = "kube-root-ca.crt", Items = [new() { Key = "ca.crt", Path = "ca.crt" }] } },
                new() { DownwardAPI = new() { Items = [new() { Path = "namespace", FieldRef = new() { FieldPath = "metadata.namespace" } }] } },
            ],
        },
        readOnly: true);
}
