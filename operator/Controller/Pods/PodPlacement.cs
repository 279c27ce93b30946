using k8s.Models;

namespace ImageOperator.Controller.Pods;

/// <summary>Whoever continues or removes work on a node's files is best placed on that node.</summary>
internal static class PodPlacement
{
    public static V1Affinity? Of(PodPlan plan)
    {
        var nodes = (plan.Build.Status?.Targets?.FirstOrDefault(t => t.Name == plan.Target.Name)?.Resources ?? [])
            .Where(r => r.Temporary && r.Location is not null && r.Type.StartsWith("qemu/", StringComparison.Ordinal))
            .Select(r => r.Location!).Distinct().Order(StringComparer.Ordinal).ToArray();
        if (nodes.Length == 0) return null;
        return new()
        {
            NodeAffinity = new()
            {
                // Preferred only: the node may be the reason for the loss.
                PreferredDuringSchedulingIgnoredDuringExecution =
                [
                    new() { Weight = 100, Preference = new() { MatchExpressions = [new() { Key = "kubernetes.io/hostname", OperatorProperty = "In", Values = nodes }] } },
                ],
            },
        };
    }
}
