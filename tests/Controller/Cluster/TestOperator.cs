using ImageOperator.Controller.Builds;
using ImageOperator.Controller.Hosting;
using ImageOperator.Controller.Queue;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ImageOperator.Controller.Tests.Cluster;

/// <summary>The operator in this process. Its pods find no node unless asked for: the test plays builder and kubelet.</summary>
internal sealed class TestOperator : IAsyncDisposable
{
    private readonly IHost host;

    private TestOperator(IHost host) => this.host = host;

    public static async Task<TestOperator> StartAsync(TestCluster cluster, bool realPods = false, BuildPolicy? policy = null, QueuePolicy? places = null, params (string Name, string Value)[] settings)
    {
        var all = new Dictionary<string, string?>
        {
            ["Kubeconfig"] = cluster.Kubeconfig,
            ["WatchNamespace"] = cluster.Namespace,
            ["Builder:Image"] = "docker.io/library/busybox:latest",
            ["Builder:PullPolicy"] = "IfNotPresent",
            ["Builder:MemoryOverheadMiB"] = "64",
            ["Builder:CpuOverheadMillis"] = "10",
            ["Builder:CpuRequestFactor"] = "0.01",
        };
        if (!realPods) all["Builder:NodeSelector:test.imageoperator.dev/none"] = "none";
        foreach (var (name, value) in settings) all[name] = value;
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection(all);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddImageOperator(builder.Configuration);
        builder.Services.AddSingleton(policy ?? new BuildPolicy { LostPodBackoff = TimeSpan.FromMilliseconds(100), SweepBackoff = TimeSpan.FromMilliseconds(100) });
        if (places is not null) builder.Services.AddSingleton(places);
        var host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        return new(host);
    }

    public async ValueTask DisposeAsync()
    {
        await host.StopAsync(CancellationToken.None);
        host.Dispose();
    }
}
