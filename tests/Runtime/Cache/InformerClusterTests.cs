using ImageOperator.Runtime.Cache;
using ImageOperator.Runtime.Client;
using ImageOperator.Runtime.Tests.Testbed;
using k8s.Models;
using Microsoft.Extensions.Logging.Abstractions;

namespace ImageOperator.Runtime.Tests.Cache;

/// <summary>The informer against a real server that is cut off, killed and made to forget.</summary>
[Collection(ClusterCollection.Name)]
[Trait("Category", "Cluster")]
public sealed class InformerClusterTests(ApiServerFixture server) : IAsyncLifetime
{
    private readonly CancellationTokenSource stop = new();
    private readonly List<Task> running = [];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await Task.WhenAll(running);
    }

    [Fact]
    public async Task Run_FiveThousandObjects_AreReadInPages()
    {
        const int count = 5000;
        var ns = await server.NamespaceAsync();
        var writer = server.Client();
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = 24, CancellationToken = Ct }, async (i, ct) => await writer.CreateAsync(Map(ns, $"m{i}"), ct));
        var informer = Start(server.Client(), new() { Namespace = ns, PageSize = 500 });
        await informer.WaitForSyncAsync(Ct);
        Assert.Equal(count, informer.Store.List().Count);
        await writer.DeleteAsync<V1ConfigMap>(new(ns, "m17"), null, Ct);
        await Eventually.True(() => informer.Store.Get(new(ns, "m17")) is null);
    }

    [Fact]
    public async Task Run_HistoryCompactedWhileCutOff_ListsAgainWithSyntheticDeletes()
    {
        var ns = await server.NamespaceAsync();
        await using var proxy = new TcpProxy(server.Port);
        var informer = Start(server.Client(proxy.Port), new() { Namespace = ns, BackoffCap = TimeSpan.FromSeconds(1) });
        var heard = Hear(informer);
        await server.Client().CreateAsync(Map(ns, "gone"), Ct);
        await Eventually.True(() => heard.Contains("+gone"));

        await proxy.RefuseAsync();
        await server.Client().DeleteAsync<V1ConfigMap>(new(ns, "gone"), null, Ct);
        await server.Client().CreateAsync(Map(ns, "new"), Ct);
        await server.KillServerAsync();
        await server.CompactAsync();
        await server.StartServerAsync();
        proxy.Listen();

        await Eventually.True(() => heard.Contains("-gone") && heard.Contains("+new"));
        Assert.Equal(["new"], Names(informer, ns));
    }

    [Fact]
    public async Task Run_ConnectionHalfOpen_IsGivenUpAndMadeAnew()
    {
        var ns = await server.NamespaceAsync();
        await using var proxy = new TcpProxy(server.Port);
        var informer = Start(server.Client(proxy.Port, TimeSpan.FromSeconds(2)), new() { Namespace = ns, IdleTimeout = TimeSpan.FromSeconds(1) });
        await informer.WaitForSyncAsync(Ct);
        proxy.Stall();
        await server.Client().CreateAsync(Map(ns, "missed"), Ct);
        var before = proxy.Connections;
        await Eventually.True(() => proxy.Connections > before, what: "the silent connection was given up");
        Assert.Empty(Names(informer, ns));
        proxy.Resume();
        await Eventually.True(() => Names(informer, ns).SequenceEqual(["missed"]));
    }

    [Fact]
    public async Task Run_ServerKilledAndStarted_GoesOn()
    {
        var ns = await server.NamespaceAsync();
        var informer = Start(server.Client(), new() { Namespace = ns, BackoffCap = TimeSpan.FromSeconds(1) });
        await server.Client().CreateAsync(Map(ns, "before"), Ct);
        await Eventually.True(() => Names(informer, ns).SequenceEqual(["before"]));
        await server.KillServerAsync();
        await Eventually.True(() => informer.Problem is not null);
        await server.StartServerAsync();
        await server.Client().CreateAsync(Map(ns, "later"), Ct);
        await Eventually.True(() => Names(informer, ns).SequenceEqual(["before", "later"]));
        await Eventually.True(() => informer.Problem is null);
    }

    [Fact]
    public async Task Run_CustomKindNotInstalledYet_WaitsForIt()
    {
        var client = server.Client();
        await client.DeleteIfExistsAsync<V1CustomResourceDefinition>(new("", "widgets.runtime.test"), null, Ct);
        await Eventually.True(async () => await client.FindAsync<V1CustomResourceDefinition>(new("", "widgets.runtime.test"), Ct) is null);
        var informer = new Informer<Widget>(server.Client(), new() { Namespace = "default", BackoffCap = TimeSpan.FromSeconds(1) }, TestMetrics.Create(), TimeProvider.System, NullLogger<Informer<Widget>>.Instance);
        running.Add(informer.RunAsync(stop.Token));
        await Eventually.True(() => informer.Problem?.StartsWith("list Widget in default: ", StringComparison.Ordinal) == true);
        await WidgetCrd.InstallAsync(client, Ct);
        await informer.WaitForSyncAsync(Ct).WaitAsync(TimeSpan.FromSeconds(30), Ct);
    }

    private Informer<V1ConfigMap> Start(IClient client, InformerOptions<V1ConfigMap> options)
    {
        // The server puts a map of its own into each namespace, when it has the controller for it; a selector keeps it out.
        options.FieldSelector = "metadata.name!=kube-root-ca.crt";
        var informer = new Informer<V1ConfigMap>(client, options, TestMetrics.Create(), TimeProvider.System, NullLogger<Informer<V1ConfigMap>>.Instance);
        running.Add(informer.RunAsync(stop.Token));
        return informer;
    }

    private static System.Collections.Concurrent.ConcurrentBag<string> Hear(Informer<V1ConfigMap> informer)
    {
        var heard = new System.Collections.Concurrent.ConcurrentBag<string>();
        informer.AddHandler(e => heard.Add($"{(e.IsDeleted ? "-" : e.IsAdded ? "+" : "~")}{e.Object.Metadata.Name}"));
        return heard;
    }

    private static IEnumerable<string> Names(Informer<V1ConfigMap> informer, string ns) => informer.Store.List(ns).Select(m => m.Metadata.Name).Order();

    private static V1ConfigMap Map(string ns, string name) => new() { Metadata = new() { Name = name, NamespaceProperty = ns } };
}
