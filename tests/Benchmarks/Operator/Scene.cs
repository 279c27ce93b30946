using ImageOperator.Testing;
using ImageOperator.Testing.Doubles;
using ImageOperator.Testing.Servers;

namespace ImageOperator.Benchmarks.Operator;

/// <summary>A namespace of one measurement, with its kubelet and the operators that were started for it.</summary>
internal sealed class Scene : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    private readonly TaskCompletionSource release = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<OperatorProcess> operators = [];

    private Scene(ControlPlane plane, string program, string name)
    {
        (Plane, Program, Name) = (plane, program, name);
        Client = new(plane, name);
        Cluster = new(plane.AdminKubeconfig);
    }

    public ControlPlane Plane { get; }

    public string Program { get; }

    public string Name { get; }

    public PlainClient Client { get; }

    public Testing.Doubles.Cluster Cluster { get; }

    public DoubleKubelet Kubelet { get; private set; } = null!;

    public static async Task<Scene> StartAsync(ControlPlane plane, string program, string name, bool held = false)
    {
        var scene = new Scene(plane, program, name);
        await scene.Client.CreateNamespaceAsync().ConfigureAwait(false);
        if (!held) scene.Release();
        scene.Kubelet = await DoubleKubelet.StartAsync(plane.AdminKubeconfig, new() { Namespace = name, SaysRunning = false, Until = scene.release.Task, Parallel = held ? 2000 : 32 }).ConfigureAwait(false);
        return scene;
    }

    public async Task<OperatorProcess> OperatorAsync(string replica)
    {
        var started = await OperatorProcess.StartAsync(Plane, Program, $"{Name}-{replica}").ConfigureAwait(false);
        operators.Add(started);
        return started;
    }

    public async Task<OperatorProcess> LeaderAsync(string replica = "a")
    {
        var started = await OperatorAsync(replica).ConfigureAwait(false);
        await LeadsAsync(started).ConfigureAwait(false);
        return started;
    }

    public static Task LeadsAsync(OperatorProcess process) => UntilAsync(() => process.HasLogged(" leads\""));

    public void Release() => release.TrySetResult();

    public Task PodsAsync(int count) => UntilAsync(() => Kubelet.Seen.Count >= count);

    public static Task UntilAsync(Func<bool> holds) => Eventually.HoldsAsync(holds, Patience);

    public async ValueTask DisposeAsync()
    {
        foreach (var process in operators)
        {
            if (!process.Process.HasExited) await process.Process.TerminateAsync().ConfigureAwait(false);
            process.Dispose();
        }

        await Kubelet.DisposeAsync().ConfigureAwait(false);
        await Cluster.DisposeAsync().ConfigureAwait(false);
    }
}
