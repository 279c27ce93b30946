using ImageOperator.Chart.Tests.Support;

namespace ImageOperator.Chart.Tests.Cluster;

/// <summary>
/// A cluster for the chart alone: it installs definitions and cluster roles, which the other tests' cluster has already. Started here, beside the one of
/// <c>IMAGEOPERATOR_TEST_KUBECONFIG</c>; <c>IMAGEOPERATOR_TEST_CHART_KUBECONFIG</c> names one that is there.
/// </summary>
public sealed class ChartCluster : IAsyncLifetime
{
    private const string Script = "config/dev/cluster/dev-cluster.sh";

    private static readonly string Cache = Environment.GetEnvironmentVariable("IMAGEOPERATOR_CACHE")
        ?? Path.Combine(Environment.GetEnvironmentVariable("XDG_CACHE_HOME") ?? Path.Combine(Environment.GetEnvironmentVariable("HOME") ?? "/root", ".cache"), "imageoperator");

    private readonly string given = Environment.GetEnvironmentVariable("IMAGEOPERATOR_TEST_CHART_KUBECONFIG") ?? "";

    private readonly Dictionary<string, string> own = new(StringComparer.Ordinal)
    {
        ["CLUSTER_DIR"] = Path.Combine(Cache, "chartcluster"),
        ["CLUSTER_PORT"] = "16943",
        ["CLUSTER_CGROUP"] = "chartcluster",
    };

    private string kubeconfig = "";

    internal static string Images => Environment.GetEnvironmentVariable("IMAGEOPERATOR_TEST_IMAGES") ?? Path.Combine(Cache, "images/out");

    internal IReadOnlyDictionary<string, string> Environs => new Dictionary<string, string>(StringComparer.Ordinal) { ["KUBECONFIG"] = kubeconfig };

    public async ValueTask InitializeAsync()
    {
        var wanted = Environment.GetEnvironmentVariable("IMAGEOPERATOR_TEST_KUBECONFIG") ?? "";
        if (given.Length == 0 && wanted.Length == 0) return;
        kubeconfig = given;
        if (given.Length == 0)
        {
            await ScriptAsync("up");
            kubeconfig = (await ScriptAsync("kubeconfig")).Trim().Split('\n')[^1];
            foreach (var image in new[] { "image-operator", "image-builder" }) await ScriptAsync("load-image", Path.Combine(Images, $"{image}.tar"));
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (given.Length == 0 && kubeconfig.Length > 0) await ScriptAsync("down");
    }

    internal void Require() => Assert.SkipWhen(
        kubeconfig.Length == 0,
        "needs a cluster of its own and this tree's images: config/dev/images/publish.sh makes them, and with IMAGEOPERATOR_TEST_KUBECONFIG set the tests start the cluster; make test does all that");

    internal Task<string> HelmAsync(params string[] arguments) => Helm.RunAsync(arguments, Environs);

    internal Task<string> KubectlAsync(params string[] arguments) => Helm.KubectlAsync(arguments, Environs);

    internal Task<string> ApplyAsync(string yaml) => Helm.KubectlAsync(["apply", "--validate=false", "-f", "-"], Environs, yaml);

    /// <summary>What the server refuses, in its words; empty if it did not.</summary>
    internal async Task<string> RefusalAsync(string yaml) =>
        await Helm.TryKubectlAsync(["apply", "--validate=false", "-f", "-"], Environs, yaml) is { Code: not 0 } result ? result.Errors : "";

    private Task<string> ScriptAsync(params string[] arguments) => Tool.RunAsync(Path.Combine(Tool.Root, Script), arguments, own);
}
