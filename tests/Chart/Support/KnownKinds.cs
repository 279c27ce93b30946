using k8s.Models;

namespace ImageOperator.Chart.Tests.Support;

/// <summary>The kinds that the chart may make, and what each must be like.</summary>
internal static class KnownKinds
{
    private static readonly Dictionary<string, (Action<RenderedObject> Parse, bool Namespaced)> All = new(StringComparer.Ordinal)
    {
        ["apps/v1 Deployment"] = (o => o.As<V1Deployment>(), true),
        ["v1 ConfigMap"] = (o => o.As<V1ConfigMap>(), true),
        ["v1 Service"] = (o => o.As<V1Service>(), true),
        ["v1 ServiceAccount"] = (o => o.As<V1ServiceAccount>(), true),
        ["v1 Pod"] = (o => o.As<V1Pod>(), true),
        ["policy/v1 PodDisruptionBudget"] = (o => o.As<V1PodDisruptionBudget>(), true),
        ["policy/v1beta1 PodDisruptionBudget"] = (o => o.As<V1PodDisruptionBudget>(), true),
        ["networking.k8s.io/v1 NetworkPolicy"] = (o => o.As<V1NetworkPolicy>(), true),
        ["rbac.authorization.k8s.io/v1 Role"] = (o => Rules(o.As<V1Role>().Rules), true),
        ["rbac.authorization.k8s.io/v1 RoleBinding"] = (o => o.As<V1RoleBinding>(), true),
        ["rbac.authorization.k8s.io/v1 ClusterRole"] = (o => Rules(o.As<V1ClusterRole>().Rules), false),
        ["rbac.authorization.k8s.io/v1 ClusterRoleBinding"] = (o => o.As<V1ClusterRoleBinding>(), false),
        ["apiextensions.k8s.io/v1 CustomResourceDefinition"] = (o => o.As<V1CustomResourceDefinition>(), false),
    };

    public static void Check(RenderedObject rendered)
    {
        Assert.True(All.TryGetValue($"{rendered.ApiVersion} {rendered.Kind}", out var kind), $"{rendered}: a kind that the tests do not know");
        kind.Parse(rendered);
        Assert.Matches("^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$", rendered.Name);
        Assert.Equal(kind.Namespaced, rendered.Namespace.Length > 0);
        Assert.False(JsonText.Sorted(rendered.Json).Contains(": null", StringComparison.Ordinal), $"{rendered} has a null");
        if (rendered.Kind == "CustomResourceDefinition") return;
        if (rendered.Name.EndsWith("-extra", StringComparison.Ordinal)) return;
        Assert.Equal("image-operator", rendered.Json["metadata"]?["labels"]?["app.kubernetes.io/name"]?.GetValue<string>());
        Assert.Equal("Helm", rendered.Json["metadata"]?["labels"]?["app.kubernetes.io/managed-by"]?.GetValue<string>());
    }

    /// <summary>No wildcard, and nothing about Secrets.</summary>
    private static void Rules(IEnumerable<V1PolicyRule> rules) => Assert.All(rules, r =>
    {
        Assert.DoesNotContain("*", r.Verbs);
        Assert.DoesNotContain("*", r.Resources);
        Assert.DoesNotContain("*", r.ApiGroups);
        Assert.Empty(r.Verbs.Intersect(["escalate", "bind", "impersonate"]));
        if (r.Resources.Contains("secrets")) Assert.Empty(r.Verbs.Intersect(["get", "list", "watch"]));
    });
}
