namespace ImageOperator.Chart.Tests.Cluster;

/// <summary>All that an account may do, with the call that needs it. Whoever adds a right adds its reason here and in docs/security.md.</summary>
internal static class ExpectedRights
{
    private const string Api = "imageoperator.dev";

    /// <summary>The operator, in any namespace.</summary>
    public static IReadOnlyList<string> Operator { get; } =
    [
        // Informers, and reads past the cache.
        .. Of("imagetemplates." + Api, "get", "list", "watch"),
        .. Of("imageplatforms." + Api, "get", "list", "watch"),
        .. Of("clusterimagetemplates." + Api, "get", "list", "watch"),
        .. Of("clusterimageplatforms." + Api, "get", "list", "watch"),
        // Finalizer; ttlAfterFinished.
        .. Of("imagebuilds." + Api, "get", "list", "watch", "patch", "delete"),
        .. Of("imagetemplates/status." + Api, "patch"),
        .. Of("imageplatforms/status." + Api, "patch"),
        .. Of("clusterimagetemplates/status." + Api, "patch"),
        .. Of("clusterimageplatforms/status." + Api, "patch"),
        .. Of("imagebuilds/status." + Api, "patch"),
        // Builder, sweeper and probe pods.
        .. Of("pods", "get", "list", "watch", "create", "delete"),
        // The account of a build's pods, and what it may do.
        .. Of("serviceaccounts", "get", "create", "delete"),
        .. Of("roles.rbac.authorization.k8s.io", "get", "create", "delete"),
        .. Of("rolebindings.rbac.authorization.k8s.io", "get", "create", "delete"),
        // Whether a workspace is there; logs that stay after their pods.
        .. Of("configmaps", "get", "create", "delete"),
        .. Of("pods/log", "get"),
        // The salt of a namespace's hashes, which it cannot read.
        .. Of("secrets", "create"),
        // Who may use an object of the cluster; whether a pod's node is dead; why a pod does not start; what happened.
        .. Of("namespaces", "get"),
        .. Of("nodes", "get"),
        .. Of("events", "list"),
        .. Of("events.events.k8s.io", "create", "patch"),
        // The webhook's authority, and nobody else's webhook.
        "get validatingwebhookconfigurations.admissionregistration.k8s.io image-operator",
        "update validatingwebhookconfigurations.admissionregistration.k8s.io image-operator",
    ];

    /// <summary>The operator, in its own namespace, beside that.</summary>
    public static IReadOnlyList<string> OperatorAtHome { get; } =
    [
        "create leases.coordination.k8s.io",
        "get leases.coordination.k8s.io image-operator",
        "update leases.coordination.k8s.io image-operator",
        "get secrets image-operator-webhook-tls",
        "update secrets image-operator-webhook-tls",
    ];

    /// <summary>A builder, sweeper or probe pod of a build.</summary>
    public static IReadOnlyList<string> Builder(string build) => [$"get imagebuilds.{Api} {build}", $"patch imagebuilds/status.{Api} {build}"];

    public static IReadOnlyList<string> Sorted(params IEnumerable<string>[] rights) => [.. rights.SelectMany(r => r).Order(StringComparer.Ordinal)];

    private static IEnumerable<string> Of(string resource, params string[] verbs) => verbs.Select(v => $"{v} {resource}");
}
