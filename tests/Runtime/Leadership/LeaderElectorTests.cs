using ImageOperator.Runtime.Client;
using ImageOperator.Runtime.Leadership;
using ImageOperator.Runtime.Tests.Testbed;
using k8s.Models;
using Microsoft.Extensions.Logging.Abstractions;

namespace ImageOperator.Runtime.Tests.Leadership;

[Collection(ClusterCollection.Name)]
[Trait("Category", "Cluster")]
public sealed class LeaderElectorTests(ApiServerFixture server)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_TwoCandidates_OneLeadsAndTheOtherTakesOverOnRelease()
    {
        var ns = await server.NamespaceAsync();
        using var a = Elector(server.Client(), ns, "a");
        using var b = Elector(server.Client(), ns, "b");
        using var stopA = new CancellationTokenSource();
        using var stopB = new CancellationTokenSource();
        var runA = a.RunAsync(stopA.Token);
        await a.WaitUntilLeaderAsync(Ct);
        var runB = b.RunAsync(stopB.Token);
        await Eventually.True(async () => (await LeaseAsync(ns))?.Spec.HolderIdentity == "a");
        Assert.False(b.IsLeader);

        await stopA.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => runA);
        Assert.Equal("a", (await LeaseAsync(ns))!.Spec.HolderIdentity);
        await a.ReleaseAsync(Ct);
        Assert.False(a.IsLeader);
        var released = TimeProvider.System.GetTimestamp();
        await b.WaitUntilLeaderAsync(Ct).WaitAsync(TimeSpan.FromSeconds(10), Ct);

        // Far less than the lease's duration: it was released, not waited out.
        Assert.InRange(TimeProvider.System.GetElapsedTime(released), TimeSpan.Zero, TimeSpan.FromSeconds(2));
        Assert.Equal(1, (await LeaseAsync(ns))!.Spec.LeaseTransitions);
        await stopB.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => runB);
        await b.ReleaseAsync(Ct);
        Assert.Equal("", (await LeaseAsync(ns))!.Spec.HolderIdentity ?? "");
    }

    [Fact]
    public async Task Run_ServerNotThereAtFirst_KeepsTrying()
    {
        var ns = await server.NamespaceAsync();
        await using var proxy = new TcpProxy(server.Port);
        await proxy.RefuseAsync();
        using var elector = Elector(server.Client(proxy.Port), ns, "a");
        using var stop = new CancellationTokenSource();
        var run = elector.RunAsync(stop.Token);
        Assert.False(elector.IsLeader);
        proxy.Listen();
        await elector.WaitUntilLeaderAsync(Ct).WaitAsync(TimeSpan.FromSeconds(10), Ct);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
    }

    [Fact]
    public async Task Run_ShortOutage_KeepsTheLease()
    {
        var ns = await server.NamespaceAsync();
        await using var proxy = new TcpProxy(server.Port);
        using var elector = Elector(server.Client(proxy.Port), ns, "a");
        using var stop = new CancellationTokenSource();
        var run = elector.RunAsync(stop.Token);
        await elector.WaitUntilLeaderAsync(Ct);
        await proxy.RefuseAsync();
        var before = await LeaseAsync(ns);
        proxy.Listen();
        await Eventually.True(async () => (await LeaseAsync(ns))!.Spec.RenewTime > before!.Spec.RenewTime);
        Assert.True(elector.IsLeader);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Run_LongOutage_IsLost(bool silent)
    {
        var ns = await server.NamespaceAsync();
        await using var proxy = new TcpProxy(server.Port);
        using var elector = Elector(server.Client(proxy.Port), ns, "a");
        var run = elector.RunAsync(Ct);
        await elector.WaitUntilLeaderAsync(Ct);
        var cut = TimeProvider.System.GetTimestamp();
        if (silent)
        {
            proxy.Stall();
        }
        else
        {
            await proxy.RefuseAsync();
        }

        await run.WaitAsync(TimeSpan.FromSeconds(20), Ct);
        Assert.True(elector.Lost.IsCancellationRequested && !elector.IsLeader);

        // Before another may take it.
        Assert.InRange(TimeProvider.System.GetElapsedTime(cut), TimeSpan.Zero, Options(ns, "a").LeaseDuration);
    }

    [Fact]
    public async Task Run_AnotherTookTheLease_IsLost()
    {
        var ns = await server.NamespaceAsync();
        using var elector = Elector(server.Client(), ns, "a");
        var run = elector.RunAsync(Ct);
        await elector.WaitUntilLeaderAsync(Ct);
        await server.Client().MergePatchAsync<V1Lease>(new(ns, "operator"), new() { ["spec"] = new System.Text.Json.Nodes.JsonObject { ["holderIdentity"] = "thief" } }, null, Ct);
        await run.WaitAsync(TimeSpan.FromSeconds(20), Ct);
        Assert.False(elector.IsLeader);
        await elector.ReleaseAsync(Ct);
        Assert.Equal("thief", (await LeaseAsync(ns))!.Spec.HolderIdentity);
    }

    private static LeaderElector Elector(IClient client, string ns, string identity) => new(client, Options(ns, identity), TestMetrics.Create(), TimeProvider.System, NullLogger<LeaderElector>.Instance);

    private static LeaderElectionOptions Options(string ns, string identity) => new()
    {
        LeaseName = "operator",
        Namespace = ns,
        Identity = identity,
        LeaseDuration = TimeSpan.FromSeconds(6),
        RenewDeadline = TimeSpan.FromSeconds(3),
        RetryPeriod = TimeSpan.FromMilliseconds(300),
    };

    private Task<V1Lease?> LeaseAsync(string ns) => server.Client().FindAsync<V1Lease>(new(ns, "operator"), Ct);
}
