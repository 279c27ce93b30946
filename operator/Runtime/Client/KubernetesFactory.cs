using k8s;

namespace ImageOperator.Runtime.Client;

/// <summary>Finds the server and the credentials.</summary>
internal static class KubernetesFactory
{
    public static Kubernetes Create(string? kubeconfigPath, string userAgent)
    {
        var configuration = kubeconfigPath is { Length: > 0 }
            ? KubernetesClientConfiguration.BuildConfigFromConfigFile(kubeconfigPath)
            : KubernetesClientConfiguration.BuildDefaultConfig();
        return Create(configuration, userAgent);
    }

    public static Kubernetes Create(KubernetesClientConfiguration configuration, string userAgent)
    {
        configuration.UserAgent = userAgent;
        var inherited = configuration.FirstMessageHandlerSetup;
        configuration.FirstMessageHandlerSetup = handler =>
        {
            inherited?.Invoke(handler);
            handler.ConnectTimeout = TimeSpan.FromSeconds(10);

            // A connection that a load balancer forgot must not be found out by a reconcile.
            handler.PooledConnectionIdleTimeout = TimeSpan.FromSeconds(60);
        };
        var kubernetes = new Kubernetes(configuration);

        // Watches have their own idle deadline, everything else a deadline per call.
        kubernetes.HttpClient.Timeout = Timeout.InfiniteTimeSpan;
        return kubernetes;
    }
}
