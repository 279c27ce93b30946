using k8s;

namespace ImageOperator.Api.Tests.Cluster;

/// <summary>The CRDs are accepted by an API server that does not know CEL (1.20 here): it drops the rules.</summary>
[Trait("Category", "Cluster")]
public sealed class OldServerTests
{
    private static string Kubeconfig => Environment.GetEnvironmentVariable("IMAGEOPERATOR_TEST_KUBECONFIG") is { Length: > 0 } path
        ? path
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache/imageoperator/devcluster/kubeconfig");

    [Fact]
    public async Task Create_Crds_AreAccepted()
    {
        Assert.SkipUnless(File.Exists(Kubeconfig), $"needs a cluster: config/dev/cluster/cluster.sh up, or IMAGEOPERATOR_TEST_KUBECONFIG ({Kubeconfig} is not there)");
        using var server = new TestServer(KubernetesClientConfiguration.BuildConfigFromConfigFile(Kubeconfig));
        foreach (var crd in TestServer.Crds())
        {
            var path = $"apis/apiextensions.k8s.io/v1/customresourcedefinitions/{(string)crd["metadata"]!["name"]!}";
            var current = await server.GetAsync(path);
            if (current.Ok) crd["metadata"]!["resourceVersion"] = (string)current.Body["metadata"]!["resourceVersion"]!;

            // A dry run: the cluster is others' too.
            var answer = current.Ok ? await server.ReplaceAsync(path + "?dryRun=All", crd) : await server.CreateAsync(Path.GetDirectoryName(path) + "?dryRun=All", crd);

            Assert.True(answer.Ok, answer.ToString());
        }
    }
}
