using ImageOperator.Api.Platforms.Pods;
using ImageOperator.Api.Protocol;
using k8s.Models;

namespace ImageOperator.Api.Validation;

internal static class PodTemplateRules
{
    /// <summary>What the builder and the operator keep for themselves; mounts would hide it.</summary>
    private static readonly string[] TakenFolders =
    [
        PodPaths.Workspace, PodPaths.Scratch, PodPaths.Cache, PodPaths.Output, PodPaths.Source, PodPaths.State,
        "/var/run/secrets", "/run", "/app", "/usr", "/bin", "/sbin", "/lib", "/lib64", "/etc", "/dev", "/proc", "/sys", "/tmp",
    ];

    public static void Check(ErrorList errors, PodTemplate pod, string path)
    {
        foreach (var key in (pod.Labels ?? new Dictionary<string, string>()).Keys.Concat((pod.Annotations ?? new Dictionary<string, string>()).Keys))
        {
            errors.Require(!key.StartsWith($"{GroupVersion.Group}/", StringComparison.Ordinal), path, $"\"{key}\" is the operator's own: choose another key");
        }

        CheckResources(errors, pod.Resources, $"{path}.resources");
        CheckTolerations(errors, pod.Tolerations, $"{path}.tolerations");
        CheckVolumes(errors, pod, path);
    }

    private static void CheckResources(ErrorList errors, PodResourceList? resources, string path)
    {
        var requests = Parse(errors, resources?.Requests, $"{path}.requests");
        var limits = Parse(errors, resources?.Limits, $"{path}.limits");
        foreach (var (name, request) in requests)
        {
            if (limits.TryGetValue(name, out var limit)) errors.Require(request <= limit, $"{path}.requests.{name}", $"is above the limit: lower it, or raise limits.{name}");
        }
    }

    private static Dictionary<string, decimal> Parse(ErrorList errors, IReadOnlyDictionary<string, string>? quantities, string path)
    {
        var result = new Dictionary<string, decimal>(StringComparer.Ordinal);
        foreach (var (name, text) in quantities ?? new Dictionary<string, string>())
        {
            try
            {
                result[name] = new ResourceQuantity(text).ToDecimal();
                errors.Require(result[name] >= 0, $"{path}.{name}", "must not be negative");
            }
            catch (Exception e) when (e is FormatException or ArgumentException or OverflowException)
            {
                errors.Add($"{path}.{name}", $"\"{SchemaText.Short(text)}\" is not a quantity: write for example 500m or 2Gi");
            }
        }

        return result;
    }

    private static void CheckTolerations(ErrorList errors, IReadOnlyList<PodToleration> tolerations, string path)
    {
        for (var i = 0; i < tolerations.Count; i++)
        {
            var toleration = tolerations[i];
            errors.Require(toleration.TolerationSeconds is null || toleration.Effect == TaintEffect.NoExecute, $"{path}[{i}].tolerationSeconds",
                "tolerationSeconds needs effect NoExecute: set it, or remove tolerationSeconds");
            errors.Require(toleration.Operator != TolerationOperator.Exists || toleration.Value is null, $"{path}[{i}].value", "operator Exists takes no value: remove value");
            errors.Require(toleration.Operator != TolerationOperator.Equal || toleration.Key is not null, $"{path}[{i}].key", "operator Equal needs a key: set key");
        }
    }

    private static void CheckVolumes(ErrorList errors, PodTemplate pod, string path)
    {
        for (var i = 0; i < pod.Volumes.Count; i++)
        {
            var volume = pod.Volumes[i];
            var kinds = new object?[] { volume.ConfigMap, volume.Secret, volume.PersistentVolumeClaim, volume.EmptyDir }.Count(k => k is not null);
            errors.Require(kinds == 1, $"{path}.volumes[{i}]", PodVolume.OneKind);
            errors.Require(pod.VolumeMounts.Any(m => m.Name == volume.Name), $"{path}.volumes[{i}].name", $"volume \"{volume.Name}\" is mounted nowhere: add it to volumeMounts, or remove it");
        }

        for (var i = 0; i < pod.VolumeMounts.Count; i++)
        {
            var mount = pod.VolumeMounts[i];
            errors.Require(pod.Volumes.Any(v => v.Name == mount.Name), $"{path}.volumeMounts[{i}].name",
                $"there is no volume \"{mount.Name}\"{NearestName.Hint(mount.Name, pod.Volumes.Select(v => v.Name))}: add it to volumes");
            var taken = TakenFolders.FirstOrDefault(t => Overlaps(t, mount.MountPath));
            errors.Require(taken is null, $"{path}.volumeMounts[{i}].mountPath", $"\"{mount.MountPath}\" lies in or above {taken}, which the builder needs: choose for example /mnt/{mount.Name}");
            var other = pod.VolumeMounts.Take(i).FirstOrDefault(m => Overlaps(m.MountPath, mount.MountPath));
            errors.Require(other is null, $"{path}.volumeMounts[{i}].mountPath", $"overlaps with \"{other?.MountPath}\": choose a path beside it");
        }
    }

    private static bool Overlaps(string a, string b) =>
        a == b || a.StartsWith(b + "/", StringComparison.Ordinal) || b.StartsWith(a + "/", StringComparison.Ordinal);
}
