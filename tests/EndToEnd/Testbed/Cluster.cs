using System.Globalization;
using ImageOperator.Runtime;
using ImageOperator.Runtime.Client;
using k8s;
using k8s.Models;
using Microsoft.Extensions.DependencyInjection;

namespace ImageOperator.EndToEnd.Tests.Testbed;

/// <summary>The cluster of <c>IMAGEOPERATOR_TEST_KUBECONFIG</c> with the CRDs and the operator of this tree.</summary>
public sealed class Cluster : IAsyncLifetime
{
    private const string Variable = "IMAGEOPERATOR_TEST_KUBECONFIG";
    private const string OperatorNamespace = "imageoperator-system";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string kubeconfig = Environment.GetEnvironmentVariable(Variable) ?? "";
    private ServiceProvider? services;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    internal string Kubeconfig => kubeconfig;

    internal IClient Client => Services.GetRequiredService<IClient>();

    internal IKubernetes Kubernetes => Services.GetRequiredService<IKubernetes>();

    /// <summary>Whether it is our own cluster, whose parts and pods are processes of this machine.</summary>
    internal bool IsOurs => File.Exists(Path.Combine(Folder, ".devcluster"));

    private string Folder => Path.GetDirectoryName(kubeconfig) ?? "";

    private ServiceProvider Services => services ?? throw new InvalidOperationException("no cluster");

    public async ValueTask InitializeAsync()
    {
        if (kubeconfig.Length == 0) return;
        services = new ServiceCollection().AddLogging().AddControllerRuntime(o =>
        {
            o.Name = "end-to-end";
            o.KubeconfigPath = kubeconfig;
            o.LeaderElection.Enabled = false;
        }).BuildServiceProvider();
        await Program.RunAsync(Path.Combine(Program.Root, "config/dev/operator.sh"), ["up"], Environs());
    }

    public async ValueTask DisposeAsync()
    {
        if (services is not null) await services.DisposeAsync();
    }

    internal void Require()
    {
        Assert.SkipWhen(
            kubeconfig.Length == 0,
            $"needs a cluster with this tree's images: config/dev/cluster/cluster.sh up, config/dev/images/publish.sh, cluster.sh load-image for both, and {Variable} set to its kubeconfig; make test does all that");
        foreach (var guest in Guests.All) Assert.SkipUnless(File.Exists(Guests.File(guest)), $"needs the guest {guest}: config/dev/guests/guests.sh {guest} makes it");
    }

    /// <summary>Processes of pods, and the cluster's own, are seen only where they run on this machine.</summary>
    internal void RequireOurs() => Assert.SkipUnless(kubeconfig.Length == 0 || IsOurs, "needs the processes of the cluster on this machine: run config/dev/cluster/dev-cluster.sh up and use its kubeconfig");

    internal Task<string> KubectlAsync(IReadOnlyList<string> arguments, string? input = null) => Program.RunAsync("kubectl", arguments, Environs(), input);

    /// <summary>A command of <c>dev-cluster.sh</c>, on this cluster.</summary>
    internal Task<string> DevClusterAsync(params string[] arguments) => Program.RunAsync(
        Path.Combine(Program.Root, "config/dev/cluster/dev-cluster.sh"), arguments, new Dictionary<string, string>
        {
            ["CLUSTER_DIR"] = Folder,
            ["CLUSTER_PORT"] = ((Kubernetes)Kubernetes).BaseUri.Port.ToString(CultureInfo.InvariantCulture),
        });

    /// <summary>A process in the node's network.</summary>
    internal int NodeProcess() => Processes.All().First(p => p.Command.Contains("/kubelet ", StringComparison.Ordinal) && p.Command.Contains(Folder + "/", StringComparison.Ordinal)).Id;

    internal async Task<int> OperatorProcessAsync()
    {
        int? id = null;
        await Eventually.HoldsAsync(
            async () => await OperatorPodAsync() is { } pod && (id = Processes.OfPod(pod.Metadata.Uid, "image-operator")) is not null, "no process of the operator", Patience);
        return id!.Value;
    }

    /// <summary>Ends the operator without a goodbye. A new pod replaces it at once: the kubelet's back-off for crashed containers grows to minutes.</summary>
    internal async Task KillOperatorAsync()
    {
        var pod = await OperatorPodAsync() ?? throw new InvalidOperationException("no operator runs");
        await Processes.KillAsync(await OperatorProcessAsync());
        await Client.DeleteIfExistsAsync<V1Pod>(ObjectKey.Of(pod), new() { GracePeriod = TimeSpan.Zero }, Stop);
    }

    /// <summary>Waits until an operator is ready.</summary>
    internal async Task<V1Pod> OperatorReadyAsync()
    {
        V1Pod? ready = null;
        await Eventually.HoldsAsync(
            async () => (ready = await OperatorPodAsync()) is { Status.ContainerStatuses: { Count: > 0 } containers } && containers.All(c => c.Ready), "the operator is not ready", Patience);
        return ready!;
    }

    private async Task<V1Pod?> OperatorPodAsync()
    {
        await foreach (var pod in Client.ListAsync<V1Pod>(new() { Namespace = OperatorNamespace, LabelSelector = "app.kubernetes.io/name=image-operator" }, Stop))
        {
            if (pod.Metadata.DeletionTimestamp is null && pod.Status?.Phase == "Running") return pod;
        }

        return null;
    }

    private Dictionary<string, string> Environs() => new() { ["KUBECONFIG"] = kubeconfig };
}
