using ImageOperator.Chart.Tests.Support;

namespace ImageOperator.Chart.Tests.Cluster;

/// <summary>Objects of a tenant. The claim that they name does not exist: their pods wait for it, and their accounts are there.</summary>
internal static class Builds
{
    private static readonly string Checksum = "sha256:" + new string('0', 64);

    public static string Namespace(string name) => $$"""
        apiVersion: v1
        kind: Namespace
        metadata: {name: {{name}} }
        """;

    public static string Template(string @namespace, string name, string command) => $$"""
        apiVersion: imageoperator.dev/v1alpha1
        kind: ImageTemplate
        metadata: {name: {{name}}, namespace: {{@namespace}} }
        spec:
          targets:
            - name: lab
              qemu:
                source: {persistentVolumeClaim: {claimName: missing, path: base.qcow2}, checksum: "{{Checksum}}" }
                output: {persistentVolumeClaim: {claimName: missing, path: out} }
          communicator: {ssh: {user: builder} }
          provisioners: [{name: hello, shell: {inline: ["{{command}}"]} }]
        """;

    public static string Two(string @namespace) => string.Join("\n---\n", Template(@namespace, "stuck", "true"), Build(@namespace, "one"), Build(@namespace, "two"));

    /// <summary>A role that reads Secrets.</summary>
    public static string GreedyRole(string @namespace) => $$"""
        apiVersion: rbac.authorization.k8s.io/v1
        kind: Role
        metadata: {name: greedy, namespace: {{@namespace}} }
        rules: [{apiGroups: [""], resources: [secrets], verbs: [get]}]
        """;

    public static string AdminBinding(string @namespace) => $$"""
        apiVersion: rbac.authorization.k8s.io/v1
        kind: RoleBinding
        metadata: {name: greedy, namespace: {{@namespace}} }
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
        subjects: [{kind: ServiceAccount, name: one-builder, namespace: {{@namespace}} }]
        """;

    /// <summary>With the rights of build one's pods: its own status, and nothing else of it or of another.</summary>
    public static async Task StatusIsOwnAsync(ChartCluster cluster, string @namespace)
    {
        const string Status = """{"status": {"duration": "1s"}}""";
        await Eventually.HoldsAsync(
            async () => (await cluster.KubectlAsync("get", "rolebindings", "-n", @namespace, "-o", "name")).Contains("one-builder", StringComparison.Ordinal), "build one has no rights");
        Assert.Equal(0, (await PatchAsync("one", Status, "--subresource=status")).Code);
        Forbidden(await PatchAsync("two", Status, "--subresource=status"));
        Forbidden(await PatchAsync("one", """{"spec": {"suspend": true}}"""));
        Forbidden(await PatchAsync("one", """{"metadata": {"finalizers": null}}"""));
        // The status subresource changes nothing but status, whatever is sent.
        Assert.Equal(0, (await PatchAsync("one", """{"metadata": {"labels": {"stolen": "yes"}}, "spec": {"templateRef": {"name": "stolen"}}, "status": {}}""", "--subresource=status")).Code);
        Assert.Equal("stuck", await cluster.KubectlAsync("get", "imagebuild/one", "-n", @namespace, "-o", "jsonpath={.spec.templateRef.name}{.metadata.labels.stolen}"));

        Task<ToolResult> PatchAsync(string build, string patch, params string[] more) => Helm.TryKubectlAsync(
            ["patch", $"imagebuild/{build}", "-n", @namespace, "--type=merge", "-p", patch, "--as", $"system:serviceaccount:{@namespace}:one-builder", .. more], cluster.Environs);
    }

    private static void Forbidden(ToolResult result)
    {
        Assert.NotEqual(0, result.Code);
        Assert.Contains("orbidden", result.Errors, StringComparison.Ordinal);
    }

    private static string Build(string @namespace, string name) => $$"""
        apiVersion: imageoperator.dev/v1alpha1
        kind: ImageBuild
        metadata: {name: {{name}}, namespace: {{@namespace}} }
        spec: {templateRef: {name: stuck} }
        """;
}
