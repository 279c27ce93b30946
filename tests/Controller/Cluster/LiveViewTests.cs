using System.Text.Json.Nodes;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Protocol;
using ImageOperator.Controller.Builds;
using ImageOperator.Controller.Hosting;
using ImageOperator.Controller.Platforms;
using ImageOperator.Controller.Tests.Builds;
using ImageOperator.Runtime;
using ImageOperator.Runtime.Cache;
using ImageOperator.Runtime.Client;
using ImageOperator.Runtime.Controllers;
using k8s;
using k8s.Models;
using Microsoft.Extensions.Options;

namespace ImageOperator.Controller.Tests.Cluster;

/// <summary>A live view is made of several reads: what happens between them must not make it a false one.</summary>
[Trait("Category", "Cluster")]
public sealed class LiveViewTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Live_SweeperSpeaksAndEndsBetweenTheReads_ItsWordIsSeen()
    {
        await using var cluster = await TestCluster.StartAsync();
        await cluster.TemplateAsync(Given.Template);
        var build = await cluster.BuildAsync();
        await cluster.Client.CreateAsync(Sweeper(cluster, build), Stop);
        var sweeper = await new ScriptedBuilder(cluster, podName: "web-1-lab-sweep-1").RunAsync();
        await sweeper.WriteAsync(TargetPhase.Failed, BuildStage.MachineCreated, dirty: true, new() { Stage = BuildStage.Connected, Reason = "AttemptsExhausted", Message = "Lost." });
        var client = new Interrupted(cluster.Client, async () =>
        {
            await sweeper.WriteAsync(TargetPhase.Failed, BuildStage.MachineCreated);
            await sweeper.ExitAsync(0);
        });
        var gatherer = new BuildGatherer(
            client, new PlatformFinder(client, Options.Create(new OperatorOptions())), new ImageOperator.Controller.Flux.FluxFinder(client), new OnePod(await cluster.PodAsync("web-1-lab-sweep-1")), new(), TimeProvider.System);

        var live = await gatherer.LiveAsync(cluster.Key("web-1"), build.Metadata.Uid, new(), Stop);

        Assert.False(Assert.Single(live!.Sweepers("lab")).IsLive);
        Assert.False(SweepPlan.LeftBehind(live, live.Target("lab")!));
    }

    private static V1Pod Sweeper(TestCluster cluster, ImageBuild build) => new()
    {
        Metadata = new()
        {
            Name = "web-1-lab-sweep-1",
            NamespaceProperty = cluster.Namespace,
            Labels = new Dictionary<string, string> { [Labels.Role] = Labels.SweeperRole, [Labels.Target] = "lab", [Labels.Attempt] = "1" },
            OwnerReferences = [build.ControllerReference(blockOwnerDeletion: false)],
        },
        Spec = new()
        {
            NodeSelector = new Dictionary<string, string> { ["test.imageoperator.dev/none"] = "none" },
            Containers = [new() { Name = "builder", Image = "none" }],
        },
    };

    /// <summary>Something happens right before the first read of a pod.</summary>
    private sealed class Interrupted(IClient inner, Func<Task> happens) : IClient
    {
        private bool done;

        public async Task<T> GetAsync<T>(ObjectKey key, CancellationToken cancellationToken)
            where T : class, IKubernetesObject<V1ObjectMeta>
        {
            if (typeof(T) == typeof(V1Pod) && !done)
            {
                done = true;
                await happens();
            }

            return await inner.GetAsync<T>(key, cancellationToken);
        }

        public Task<ListPage<T>> ListPageAsync<T>(ListOptions options, CancellationToken cancellationToken)
            where T : class, IKubernetesObject<V1ObjectMeta> => inner.ListPageAsync<T>(options, cancellationToken);

        public Task<T> CreateAsync<T>(T obj, CancellationToken cancellationToken)
            where T : class, IKubernetesObject<V1ObjectMeta> => inner.CreateAsync(obj, cancellationToken);

        public Task<T> UpdateAsync<T>(T obj, UpdateOptions? options, CancellationToken cancellationToken)
            where T : class, IKubernetesObject<V1ObjectMeta> => inner.UpdateAsync(obj, options, cancellationToken);

        public Task<T> MergePatchAsync<T>(ObjectKey key, JsonObject patch, UpdateOptions? options, CancellationToken cancellationToken)
            where T : class, IKubernetesObject<V1ObjectMeta> => inner.MergePatchAsync<T>(key, patch, options, cancellationToken);

        public Task<T> ApplyAsync<T>(ObjectKey key, JsonObject configuration, ApplyOptions options, CancellationToken cancellationToken)
            where T : class, IKubernetesObject<V1ObjectMeta> => inner.ApplyAsync<T>(key, configuration, options, cancellationToken);

        public Task DeleteAsync<T>(ObjectKey key, DeleteOptions? options, CancellationToken cancellationToken)
            where T : class, IKubernetesObject<V1ObjectMeta> => inner.DeleteAsync<T>(key, options, cancellationToken);

        public IAsyncEnumerable<WatchEvent<T>> WatchAsync<T>(WatchOptions options, CancellationToken cancellationToken)
            where T : class, IKubernetesObject<V1ObjectMeta> => inner.WatchAsync<T>(options, cancellationToken);
    }

    private sealed class OnePod(V1Pod pod) : IStore<V1Pod>
    {
        public bool HasSynced => true;

        public V1Pod? Get(ObjectKey key) => pod;

        public IReadOnlyList<V1Pod> List(string? @namespace = null) => [pod];

        public IReadOnlyList<V1Pod> ByIndex(string indexName, string value) => [pod];
    }
}
