using ImageOperator.Runtime.Client;
using k8s;

namespace ImageOperator.Runtime.Tests.Testbed;

/// <summary>The current CRD server (Kubernetes 1.36), when it runs.</summary>
internal static class CrdServer
{
    private static string Kubeconfig => Environment.GetEnvironmentVariable("IMAGEOPERATOR_TEST_CRD_KUBECONFIG")
        ?? Path.Combine(Environment.GetEnvironmentVariable("HOME") ?? "/root", ".cache/imageoperator/crd-server/kubeconfig");

    public static IClient Client()
    {
        Assert.SkipUnless(File.Exists(Kubeconfig), $"needs the CRD server: config/dev/cluster/crd-server.sh up, or IMAGEOPERATOR_TEST_CRD_KUBECONFIG ({Kubeconfig} is not there)");
        var kubernetes = KubernetesFactory.Create(KubernetesClientConfiguration.BuildConfigFromConfigFile(Kubeconfig), "runtime-tests");
        return new ApiClient(new ApiTransport(kubernetes, TimeSpan.FromSeconds(20), TestMetrics.Create(), TimeProvider.System));
    }
}
