using k8s.Models;

namespace ImageOperator.Chart.Tests.Support;

/// <summary>The kinds that the chart may make, and what each must be like.</summary>
internal static class KnownKinds
{
    /// <summary>A service's port must say its protocol: server-side apply, helm 4's way, refuses it otherwise on Kubernetes 1.20.</summary>
    private static readonly Dictionary<string, (Action<RenderedObject> Parse, bool Namespaced)> All = new(StringComparer.Ordinal)
    {
        ["apps/v1 Deployment"] = (o => o.As<V1Deployment>(), true),
        ["v1 ConfigMap"] = (o => o.As<V1ConfigMap>(), true),
        ["v1 Service"] = (o => Assert.All(o.As<V1Service>().Spec.Ports, p => Assert.Equal("TCP", p.Protocol)), true),
        ["v1 ServiceAccount"] = (o => o.As<V1ServiceAccount>(), true),
        ["v1 Pod"] = (o => o.As<V1Pod>(), true),
        ["policy/v1 PodDisruptionBudget"] = (o => o.As<V1PodDisruptionBudget>(), true),
        ["policy/v1beta1 PodDisruptionBudget"] = (o => o.As<V1PodDisruptionBudget>(), true),
        ["networking.k8s.io/v1 NetworkPolicy"] = (o => o.As<V1NetworkPolicy>(), true),
        ["rbac.authorization.k8s.io/v1 Role"] = (o => Rules(o.As<V1Role>().Rules), true),
        ["rbac.authorization.k8s.io/v1 RoleBinding"] = (o => o.As<V1RoleBinding>(), true),
        ["rbac.authorization.k8s.io/v1 ClusterRole"] = (o => Rules(o.As<V1ClusterRole>().Rules), false),
        ["rbac.authorization.k8s.io/v1 ClusterRoleBinding"] = (o => o.As<V1ClusterRoleBinding>(), false),
        ["v1 Secret"] = (o => Assert.Null(o.As<V1Secret>().Data), true),
        ["admissionregistration.k8s.io/v1 ValidatingWebhookConfiguration"] = (o => Assert.All(o.As<V1ValidatingWebhookConfiguration>().Webhooks, w => Assert.Equal("Ignore", w.FailurePolicy)), false),
        ["monitoring.coreos.com/v1 ServiceMonitor"] = (_ => { }, true),
        ["monitoring.coreos.com/v1 PrometheusRule"] = (o => Assert.NotEmpty(o.Json["spec"]!["groups"]!.AsArray()), true),
        ["cert-manager.io/v1 Issuer"] = (_ => { }, true),
        ["cert-manager.io/v1 Certificate"] = (_ => { }, true),
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
        var test = rendered.Json["metadata"]?["annotations"]?["helm.sh/hook"]?.GetValue<string>() == "test";
        Assert.Equal(test ? "image-operator-test" : "image-operator", rendered.Json["metadata"]?["labels"]?["app.kubernetes.io/name"]?.GetValue<string>());
        Assert.Equal("Helm", rendered.Json["metadata"]?["labels"]?["app.kubernetes.io/managed-by"]?.GetValue<string>());
    }

    /// <summary>No wildcard, no way to more rights, no Secret but a named one.</summary>
    private static void Rules(IEnumerable<V1PolicyRule> rules) => Assert.All(rules, r =>
    {
        Assert.DoesNotContain("*", r.Verbs);
        Assert.DoesNotContain("*", r.Resources);
        Assert.DoesNotContain("*", r.ApiGroups);
        Assert.Empty(r.Verbs.Intersect(["escalate", "bind", "impersonate"]));
        // It makes the salt of a namespace's hashes, and cannot read it.
        if (r.Resources.Contains("secrets") && r.Verbs is not ["create"]) Assert.EndsWith("-webhook-tls", Assert.Single(r.ResourceNames), StringComparison.Ordinal);
    });
}
