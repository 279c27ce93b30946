using System.Text.Json;
using ImageOperator.Api.Platforms.Pods;
using ImageOperator.Runtime.Client;
using k8s.Models;

namespace ImageOperator.Controller.Pods;

/// <summary>Puts a platform's pod template into a pod. What the operator has set already stays.</summary>
internal static class PodTemplates
{
    public static void Apply(V1Pod pod, PodTemplate? template)
    {
        if (template is null) return;
        pod.Metadata.Labels = Merged(template.Labels, pod.Metadata.Labels);
        pod.Metadata.Annotations = Merged(template.Annotations, pod.Metadata.Annotations);
        var spec = pod.Spec;
        // The platform's own nodes are better known than the operator's of all.
        spec.NodeSelector = Merged(spec.NodeSelector?.AsReadOnly(), template.NodeSelector?.ToDictionary());
        spec.Tolerations = [.. spec.Tolerations ?? [], .. template.Tolerations.Select(Toleration)];
        if (spec.Tolerations.Count == 0) spec.Tolerations = null;
        spec.Affinity = WithAffinity(spec.Affinity, template.Affinity);
        V1LocalObjectReference[] secrets = [.. spec.ImagePullSecrets ?? [], .. template.ImagePullSecrets.Select(s => new V1LocalObjectReference { Name = s.Name })];
        spec.ImagePullSecrets = secrets.Length > 0 ? [.. secrets.DistinctBy(s => s.Name)] : null;
        spec.PriorityClassName = template.PriorityClassName;
        spec.RuntimeClassName = template.RuntimeClassName;
    }

    private static Dictionary<string, string>? Merged(IReadOnlyDictionary<string, string>? under, IDictionary<string, string>? over)
    {
        if (under is not { Count: > 0 } && over is not { Count: > 0 }) return null;
        var result = new Dictionary<string, string>(under ?? new Dictionary<string, string>());
        foreach (var (key, value) in over ?? new Dictionary<string, string>()) result[key] = value;
        return result;
    }

    private static V1Toleration Toleration(PodToleration toleration) => new()
    {
        Key = toleration.Key,
        OperatorProperty = toleration.Operator.ToString(),
        Value = toleration.Value,
        Effect = toleration.Effect?.ToString(),
        TolerationSeconds = toleration.TolerationSeconds,
    };

    private static V1Affinity? WithAffinity(V1Affinity? placed, PodAffinityRules? rules)
    {
        if (rules is null) return placed;
        var result = JsonSerializer.SerializeToElement(rules, RuntimeJson.Options).Deserialize<V1Affinity>(RuntimeJson.Options)!;
        if (placed?.NodeAffinity?.PreferredDuringSchedulingIgnoredDuringExecution is not { } preferred) return result;
        result.NodeAffinity ??= new();
        result.NodeAffinity.PreferredDuringSchedulingIgnoredDuringExecution = [.. result.NodeAffinity.PreferredDuringSchedulingIgnoredDuringExecution ?? [], .. preferred];
        return result;
    }
}
