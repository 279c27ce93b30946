using System.Text.Json;
using ImageOperator.Api.Common;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Runtime.Client;
using ImageOperator.Runtime.Conditions;
using ImageOperator.Testing;
using ImageOperator.Testing.Doubles;
using ImageOperator.Testing.Servers;
using ImageOperator.Testing.Status;
using k8s.Models;

namespace ImageOperator.HighAvailability.Tests;

/// <summary>A namespace with a template, builds, operators and a kubelet that pretends.</summary>
internal sealed class Site : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly TaskCompletionSource release = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Plane plane;
    private readonly List<OperatorProcess> operators = [];
    private readonly string name = $"ha-{Guid.NewGuid():N}"[..10];
    private DoubleKubelet? kubelet;
    private ContractWatch? contract;

    private Site(Plane plane)
    {
        this.plane = plane;
        Cluster = new(plane.Server.AdminKubeconfig);
    }

    public Cluster Cluster { get; }

    public ControlPlane Server => plane.Server;

    public DoubleKubelet Kubelet => kubelet!;

    private IClient Client => Cluster.Client;

    /// <param name="plane">The control plane.</param>
    /// <param name="held">Whether pods run until <see cref="Release"/>.</param>
    public static async Task<Site> StartAsync(Plane plane, bool held = true)
    {
        var site = new Site(plane);
        await site.Client.CreateAsync(new V1Namespace { Metadata = new() { Name = site.name } }, default);
        await site.Client.CreateAsync(new ImageTemplate { Metadata = new() { Name = "web", NamespaceProperty = site.name }, Spec = Template }, default);
        site.contract = new(site.Client, site.name);
        if (!held) site.Release();
        site.kubelet = await DoubleKubelet.StartAsync(plane.Server.AdminKubeconfig, new() { Namespace = site.name, Until = site.release.Task });
        return site;
    }

    public async Task<OperatorProcess> OperatorAsync(string replica, bool elected = true, IReadOnlyDictionary<string, string>? variables = null)
    {
        var settings = new Dictionary<string, string> { ["WatchNamespace"] = name, ["LeaderElection:Enabled"] = elected ? "true" : "false", ["LeaderElection:Name"] = "image-operator" };
        var started = await OperatorProcess.StartAsync(plane.Server, plane.Program, $"{name}-{replica}", settings, variables);
        operators.Add(started);
        await Eventually.HoldsAsync(() => started.HasLogged("Caches are in sync"), Patience, () => Tail(started));
        return started;
    }

    /// <summary>Starts two; the first leads.</summary>
    public async Task<(OperatorProcess Leader, OperatorProcess Standby)> PairAsync()
    {
        var leader = await OperatorAsync("a");
        await LeadsAsync(leader);
        return (leader, await OperatorAsync("b"));
    }

    public static Task LeadsAsync(OperatorProcess process, int times = 1) =>
        Eventually.HoldsAsync(() => process.Logged(" leads\"") >= times, Patience, () => Tail(process), $"{process.Name} leads");

    public Task ApplyAsync(int builds, string prefix = "b") => Task.WhenAll(Enumerable.Range(1, builds).Select(i => Client.CreateAsync(
        new ImageBuild { Metadata = new() { Name = $"{prefix}-{i}", NamespaceProperty = name }, Spec = new() { TemplateRef = new() { Name = "web" } } }, default)));

    /// <summary>Pods may end from now on.</summary>
    public void Release() => release.TrySetResult();

    public Task RunningAsync(int pods) => Eventually.HoldsAsync(() => Kubelet.Running >= pods, Patience, () => $"{Kubelet.Running} of {pods} run; {Tails()}");

    public async Task<IReadOnlyList<ImageBuild>> BuildsAsync()
    {
        var found = new List<ImageBuild>();
        await foreach (var build in Client.ListAsync<ImageBuild>(new() { Namespace = name }, default)) found.Add(build);
        return found;
    }

    /// <summary>
    /// Nothing is lost, nothing is doubled: every build succeeded, in one attempt, with one pod, and has no rights left. And no state that was seen was against
    /// the contract.
    /// </summary>
    public async Task AllEndWellAsync(int builds)
    {
        IReadOnlyList<ImageBuild> last = [];
        await Eventually.HoldsAsync(
            async () => (last = await BuildsAsync()).Count(IsEnded) == builds, Patience,
            () => $"{last.Count(IsEnded)} of {builds} ended; {string.Join("\n", last.Where(b => !IsEnded(b)).Take(3).Select(Show))}\n{Tails()}");
        Assert.All(last, b => Assert.True(b.Status!.Conditions!.IsTrue(Api.Conditions.ConditionTypes.Succeeded), Show(b)));
        Assert.All(last, b => Assert.Equal(1, Assert.Single(b.Status!.Targets!).Attempt));
        Assert.Empty(Kubelet.Doubled());
        Assert.Equal(builds, Kubelet.Seen.Count);
        Assert.Equal(0, Kubelet.Fenced);
        await Eventually.HoldsAsync(async () => !await Client.ListAsync<V1ServiceAccount>(new() { Namespace = name }, default).AnyAsync(), Patience, Tails);
        Assert.Empty(contract!.Violations);
        Assert.True(contract.States >= builds, $"only {contract.States} states of {builds} builds were looked at");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in operators)
        {
            process.Process.Thaw();
            await process.Process.KillAsync();
            process.Dispose();
        }

        await contract!.DisposeAsync();
        await Kubelet.DisposeAsync();

        // The lease of the dead must not keep the next test's operators waiting.
        await Client.DeleteIfExistsAsync<V1Lease>(new(Manifests.OperatorNamespace, "image-operator"), null, default);
        await Cluster.DisposeAsync();
    }

    private static bool IsEnded(ImageBuild build) =>
        build.Status?.Conditions is { } conditions && (conditions.IsTrue(Api.Conditions.ConditionTypes.Succeeded) || conditions.IsFalse(Api.Conditions.ConditionTypes.Succeeded));

    private static string Show(ImageBuild build) =>
        $"{build.Metadata.Name}: {JsonSerializer.Serialize(build.Status is null ? null : build.Status with { Template = null }, RuntimeJson.Options)}";

    private string Tails() => string.Join("\n", operators.Select(Tail));

    private static string Tail(OperatorProcess process) => $"the end of {process.Name}'s log:\n{string.Join('\n', File.ReadLines(process.Log).TakeLast(15))}";

    private static ImageTemplateSpec Template => new()
    {
        Targets =
        [
            new()
            {
                Name = "lab",
                Qemu = new()
                {
                    Source = new() { HostPath = new() { Path = "/srv/images/base.qcow2" }, Checksum = "sha256:" + new string('0', 64) },
                    Output = new() { HostPath = new() { Path = "/srv/out" } },
                },
            },
        ],
        Communicator = new() { Ssh = new() { User = "debian" } },
        Timeout = Duration.FromMinutes(30),
    };
}
