using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using ImageOperator.Runtime.Cache;
using ImageOperator.Runtime.Client;
using ImageOperator.Runtime.Controllers;
using ImageOperator.Runtime.Health;
using ImageOperator.Runtime.Hosting;
using ImageOperator.Runtime.Leadership;
using ImageOperator.Runtime.Tests.Testbed;
using k8s.Models;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ImageOperator.Runtime.Tests.Hosting;

/// <summary>The whole runtime in a host, against a real server.</summary>
[Collection(ClusterCollection.Name)]
[Trait("Category", "Cluster")]
public sealed class RuntimeHostTests(ApiServerFixture server)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_OwnedObjectDeleted_IsMadeAgainByItsOwner()
    {
        var (client, ns) = await ReadyAsync();
        using var host = await StartAsync(server.Kubernetes(), ns);
        var widget = await client.CreateAsync(new Widget { Metadata = new() { Name = "w", NamespaceProperty = ns } }, Ct);
        await Eventually.True(async () => (await client.FindAsync<V1ConfigMap>(new(ns, "w"), Ct))?.IsControlledBy(widget.Metadata.Uid) == true);
        await client.DeleteAsync<V1ConfigMap>(new(ns, "w"), null, Ct);
        await Eventually.True(async () => await client.FindAsync<V1ConfigMap>(new(ns, "w"), Ct) is not null);
        await Eventually.True(async () => (await client.GetAsync<Widget>(new(ns, "w"), Ct)).Status?.Phase == "Ready");
        Assert.True(host.Services.GetRequiredService<Readyz>().Check().Healthy);
        await host.StopAsync(Ct);
        Assert.Equal(0, host.Services.GetRequiredService<RuntimeExit>().Code);
    }

    [Fact]
    public async Task Stop_WhileReconciling_ReleasesTheLeaseLast()
    {
        var (client, ns) = await ReadyAsync();
        using var host = await StartAsync(server.Kubernetes(), ns);
        var reconciler = host.Services.GetRequiredService<Keeper>();
        reconciler.Gate = new();
        await client.CreateAsync(new Widget { Metadata = new() { Name = "w", NamespaceProperty = ns } }, Ct);
        await Eventually.True(() => !reconciler.Entered.IsEmpty);
        var stopping = host.StopAsync(Ct);
        await Eventually.True(async () => await LeaseholderAsync(client, ns) == "one");
        Assert.False(stopping.IsCompleted);
        reconciler.Gate.SetResult();
        await stopping;
        Assert.NotNull(await client.FindAsync<V1ConfigMap>(new(ns, "w"), Ct));
        Assert.Equal("", await LeaseholderAsync(client, ns));
    }

    [Fact]
    public async Task Run_SecondReplica_StandsByReadyAndTakesOver()
    {
        var (client, ns) = await ReadyAsync();
        using var first = await StartAsync(server.Kubernetes(), ns);
        await first.Services.GetRequiredService<ILeadership>().WaitUntilLeaderAsync(Ct);
        using var second = await StartAsync(server.Kubernetes(), ns, "two");
        await Eventually.True(() => second.Services.GetRequiredService<Readyz>().Check().Healthy);
        await client.CreateAsync(new Widget { Metadata = new() { Name = "w", NamespaceProperty = ns } }, Ct);
        await Eventually.True(() => !first.Services.GetRequiredService<Keeper>().Entered.IsEmpty);
        Assert.Empty(second.Services.GetRequiredService<Keeper>().Entered);
        await first.StopAsync(Ct);
        await Eventually.True(() => !second.Services.GetRequiredService<Keeper>().Entered.IsEmpty);
        await second.StopAsync(Ct);
    }

    [Fact]
    public async Task Run_LeaseLost_StopsAndLeadsAgainWhenItCan()
    {
        var (client, ns) = await ReadyAsync();
        using var host = await StartAsync(server.Kubernetes(), ns);
        var (leadership, keeper) = (host.Services.GetRequiredService<ILeadership>(), host.Services.GetRequiredService<Keeper>());
        await leadership.WaitUntilLeaderAsync(Ct);
        var first = leadership.Lost;
        await client.CreateAsync(new Widget { Metadata = new() { Name = "w", NamespaceProperty = ns } }, Ct);
        await Eventually.True(() => !keeper.Entered.IsEmpty);
        await client.MergePatchAsync<V1Lease>(new(ns, "operator"), new() { ["spec"] = new JsonObject { ["holderIdentity"] = "thief" } }, null, Ct);
        await Eventually.True(() => first.IsCancellationRequested);
        Assert.False(leadership.IsLeader);
        var before = keeper.Entered.Count;
        await client.CreateAsync(new Widget { Metadata = new() { Name = "meanwhile", NamespaceProperty = ns } }, Ct);

        // The thief never renews.
        await leadership.WaitUntilLeaderAsync(Ct).WaitAsync(TimeSpan.FromSeconds(30), Ct);
        await Eventually.True(async () => await client.FindAsync<V1ConfigMap>(new(ns, "meanwhile"), Ct) is not null);

        Assert.True(leadership.IsLeader && !leadership.Lost.IsCancellationRequested);
        Assert.Contains(keeper.Entered.Skip(before), key => key.Name == "w");
        Assert.Equal("one", await LeaseholderAsync(client, ns));
        Assert.True(host.Services.GetRequiredService<Healthz>().Check().Healthy);
        await host.StopAsync(Ct);
        Assert.Equal(0, host.Services.GetRequiredService<RuntimeExit>().Code);
    }

    [Fact]
    public async Task Start_ServerNotThere_IsAliveButNotReady()
    {
        using var host = await StartAsync(server.Kubernetes(FreePort.Next()), "default");
        Assert.True(host.Services.GetRequiredService<Healthz>().Check().Healthy);
        await Eventually.True(() => host.Services.GetRequiredService<Readyz>().Check().ToString().Contains("[-] informer-widgets failed: list Widget", StringComparison.Ordinal));
        await host.StopAsync(Ct);
    }

    private static async Task<IHost> StartAsync(k8s.Kubernetes kubernetes, string ns, string identity = "one")
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton(kubernetes);
        builder.Services.AddControllerRuntime(o =>
        {
            o.Name = "image-operator";
            o.WatchNamespace = ns;
            o.LeaderElection = new()
            {
                LeaseName = "operator",
                Namespace = ns,
                Identity = identity,
                LeaseDuration = TimeSpan.FromSeconds(6),
                RenewDeadline = TimeSpan.FromSeconds(4),
                RetryPeriod = TimeSpan.FromMilliseconds(300),
            };
        });
        builder.Services.AddController<Keeper, Widget>(c => c.When(Changed.Generation).Owns<V1ConfigMap>());
        var host = builder.Build();
        await host.StartAsync(Ct);
        return host;
    }

    private static async Task<string> LeaseholderAsync(IClient client, string ns) => (await client.FindAsync<V1Lease>(new(ns, "operator"), Ct))?.Spec.HolderIdentity ?? "";

    private async Task<(IClient Client, string Namespace)> ReadyAsync()
    {
        await WidgetCrd.InstallAsync(server.Client(), Ct);
        return (server.Client(), await server.NamespaceAsync());
    }

    /// <summary>Keeps a config map for each widget.</summary>
    private sealed class Keeper(IClient client, IStore<Widget> widgets, IStore<V1ConfigMap> maps, IStatusWriter status) : IReconciler
    {
        public ConcurrentQueue<ObjectKey> Entered { get; } = [];

        public TaskCompletionSource? Gate { get; set; }

        public async Task<ReconcileResult> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
        {
            Entered.Enqueue(key);
            await (Gate?.Task ?? Task.CompletedTask);
            if (widgets.Get(key) is not { } widget)
            {
                return ReconcileResult.Done;
            }

            if (maps.Get(key) is null)
            {
                var child = new V1ConfigMap { Metadata = new() { Name = key.Name, NamespaceProperty = key.Namespace, OwnerReferences = [widget.ControllerReference()] } };
                await client.CreateAsync(child, cancellationToken);
            }

            await status.ApplyAsync(widget, new WidgetStatus { Phase = "Ready" }, cancellationToken);
            return ReconcileResult.Done;
        }
    }
}
