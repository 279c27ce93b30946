using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Runtime;
using ImageOperator.Runtime.Client;
using ImageOperator.Testing.Status;
using k8s;
using k8s.Models;
using Microsoft.Extensions.DependencyInjection;

namespace ImageOperator.Controller.Tests.Cluster;

/// <summary>A namespace of its own in the cluster of <c>IMAGEOPERATOR_TEST_KUBECONFIG</c>.</summary>
internal sealed class TestCluster : IAsyncDisposable
{
    private const string Variable = "IMAGEOPERATOR_TEST_KUBECONFIG";
    // Long: a busy machine is no failure.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ServiceProvider services;

    private TestCluster(string kubeconfig, string @namespace)
    {
        Kubeconfig = kubeconfig;
        Namespace = @namespace;
        services = new ServiceCollection().AddLogging().AddControllerRuntime(o =>
        {
            o.Name = "test";
            o.KubeconfigPath = kubeconfig;
            o.LeaderElection.Enabled = false;
        }).BuildServiceProvider();
        Client = services.GetRequiredService<IClient>();
    }

    /// <summary>Every state that the API server tells of is held against the contract.</summary>
    private ContractWatch? Contract { get; set; }

    public string Kubeconfig { get; }

    public string Namespace { get; }

    public IClient Client { get; }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static async Task<TestCluster> StartAsync()
    {
        var kubeconfig = Environment.GetEnvironmentVariable(Variable) ?? "";
        Assert.SkipWhen(kubeconfig.Length == 0, $"needs a cluster with the CRDs of crds/: set {Variable} to its kubeconfig (config/dev/cluster/cluster.sh up makes one)");
        var cluster = new TestCluster(kubeconfig, $"ctl-{Guid.NewGuid():N}"[..12]);
        await cluster.Client.CreateAsync(new V1Namespace { Metadata = new() { Name = cluster.Namespace } }, Stop);
        cluster.Contract = new(cluster.Client, cluster.Namespace);
        return cluster;
    }

    public ObjectKey Key(string name) => new(Namespace, name);

    public Task<ImageTemplate> TemplateAsync(ImageTemplateSpec spec, string name = "web") =>
        Client.CreateAsync(new ImageTemplate { Metadata = new() { Name = name, NamespaceProperty = Namespace }, Spec = spec }, Stop);

    public Task<ImageBuild> BuildAsync(ImageBuildSpec? spec = null, string name = "web-1") =>
        Client.CreateAsync(
            new ImageBuild { Metadata = new() { Name = name, NamespaceProperty = Namespace }, Spec = spec ?? new() { TemplateRef = new() { Name = "web" } } }, Stop);

    /// <summary>Waits for something to be so; fails with the last state of the build.</summary>
    public async Task<ImageBuild> WaitAsync(Func<ImageBuild, bool> until, string what, string name = "web-1")
    {
        ImageBuild? last = null;
        var pods = "";
        await UntilAsync(Holds, () => $"{what}; pods: {pods}; the build: {Show(last)}");
        return last!;

        async Task<bool> Holds()
        {
            if ((last = await Client.FindAsync<ImageBuild>(Key(name), Stop)) is { } build && until(build)) return true;
            var page = await Client.ListPageAsync<V1Pod>(new() { Namespace = Namespace }, Stop);
            pods = string.Join(", ", page.Items.Select(p => $"{p.Metadata.Name} {p.Status?.Phase}"));
            return false;
        }
    }

    public Task GoneAsync(string name = "web-1") => UntilAsync(async () => await Client.FindAsync<ImageBuild>(Key(name), Stop) is null, () => $"{name} to go");

    public async Task<V1Pod> PodAsync(string name)
    {
        V1Pod? pod = null;
        var builds = "";
        await UntilAsync(Holds, () => $"pod {name}; the builds: {builds}");
        return pod!;

        async Task<bool> Holds()
        {
            if ((pod = await Client.FindAsync<V1Pod>(Key(name), Stop)) is not null) return true;
            builds = string.Join(", ", (await Client.ListPageAsync<ImageBuild>(new() { Namespace = Namespace }, Stop)).Items.Select(b => $"{b.Metadata.Name} {Show(b)}"));
            return false;
        }
    }

    public static async Task UntilAsync(Func<Task<bool>> holds, Func<string> what, TimeSpan? patience = null)
    {
        var deadline = TimeProvider.System.GetUtcNow() + (patience ?? Patience);
        while (!await holds())
        {
            Assert.True(TimeProvider.System.GetUtcNow() < deadline, $"waited too long for {what()}");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, Stop);
        }
    }

    private async Task ReleaseAsync<T>(T held)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        try
        {
            await Client.MergePatchAsync<T>(
                ObjectKey.Of(held), new() { ["metadata"] = new System.Text.Json.Nodes.JsonObject { ["finalizers"] = null } }, null, CancellationToken.None);
        }
        catch (ApiException e) when (e.Error == ApiError.NotFound)
        {
            // The operator still works: it is gone since it was listed.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Contract!.DisposeAsync();
        await foreach (var build in Client.ListAsync<ImageBuild>(new() { Namespace = Namespace }, CancellationToken.None))
        {
            await ReleaseAsync(build);
        }

        await foreach (var pod in Client.ListAsync<V1Pod>(new() { Namespace = Namespace }, CancellationToken.None))
        {
            await ReleaseAsync(pod);
        }

        await Client.DeleteIfExistsAsync<V1Namespace>(new("", Namespace), null, CancellationToken.None);
        await services.DisposeAsync();
        Assert.Empty(Contract.Violations);
    }

    private static string Show(ImageBuild? build) =>
        build is null ? "none" : System.Text.Json.JsonSerializer.Serialize(build.Status is null ? null : build.Status with { Template = null }, RuntimeJson.Options);
}
