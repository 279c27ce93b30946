using System.Text.Json.Nodes;
using ImageOperator.Runtime.Client;
using ImageOperator.Runtime.Tests.Testbed;
using k8s.Models;

namespace ImageOperator.Runtime.Tests.Client;

[Collection(ClusterCollection.Name)]
[Trait("Category", "Cluster")]
public sealed class ClientTests(ApiServerFixture server)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Get_Missing_IsNotFoundAndSaysWhat()
    {
        var e = await Assert.ThrowsAsync<ApiException>(() => server.Client().GetAsync<V1ConfigMap>(new("default", "nope"), Ct));
        Assert.Equal(ApiError.NotFound, e.Error);
        Assert.Equal("get ConfigMap default/nope: NotFound (404): configmaps \"nope\" not found", e.Message);
        Assert.Null(await server.Client().FindAsync<V1ConfigMap>(new("default", "nope"), Ct));
    }

    [Fact]
    public async Task Create_Twice_IsAlreadyExists()
    {
        var (client, ns) = (server.Client(), await server.NamespaceAsync());
        var made = await client.CreateAsync(Map(ns, "a"), Ct);
        Assert.Equal(("v1", "ConfigMap"), (made.ApiVersion, made.Kind));
        var e = await Assert.ThrowsAsync<ApiException>(() => client.CreateAsync(Map(ns, "a"), Ct));
        Assert.Equal(ApiError.AlreadyExists, e.Error);
    }

    [Fact]
    public async Task Create_AgainstTheSchema_IsInvalidWithTheField()
    {
        var e = await Assert.ThrowsAsync<ApiException>(() => server.Client().CreateAsync(Map("default", "Not A Name"), Ct));
        Assert.Equal(ApiError.Invalid, e.Error);
        Assert.Contains(e.Causes, c => c.Field == "metadata.name");
    }

    [Fact]
    public async Task Any_WithoutPermission_IsForbidden()
    {
        var e = await Assert.ThrowsAsync<ApiException>(() => server.Nobody().ListPageAsync<V1Secret>(new() { Namespace = "default" }, Ct));
        Assert.Equal(ApiError.Forbidden, e.Error);
        Assert.StartsWith("list Secret in default: Forbidden (403)", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Any_ServerNotThere_IsTransient()
    {
        var e = await Assert.ThrowsAsync<ApiException>(() => server.Client(FreePort.Next()).GetAsync<V1Pod>(new("default", "a"), Ct));
        Assert.Equal(ApiError.Transient, e.Error);
    }

    [Fact]
    public async Task Any_ServerSilent_IsTransientAfterTheTimeout()
    {
        await using var proxy = new TcpProxy(server.Port);
        proxy.Stall();
        var client = server.Client(proxy.Port, TimeSpan.FromMilliseconds(200));
        var e = await Assert.ThrowsAsync<ApiException>(() => client.GetAsync<V1Pod>(new("default", "a"), Ct));
        Assert.Equal(ApiError.Transient, e.Error);
        Assert.Contains("no answer in 0.2 s", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Any_CallerCancels_IsCancellation()
    {
        await using var proxy = new TcpProxy(server.Port);
        proxy.Stall();
        using var cancel = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => server.Client(proxy.Port).GetAsync<V1Pod>(new("default", "a"), cancel.Token));
    }

    [Fact]
    public async Task Update_Stale_IsConflict()
    {
        var (client, ns) = (server.Client(), await server.NamespaceAsync());
        var first = await client.CreateAsync(Map(ns, "a"), Ct);
        await client.MergePatchAsync<V1ConfigMap>(new(ns, "a"), new() { ["data"] = new JsonObject { ["x"] = "1" } }, null, Ct);
        var e = await Assert.ThrowsAsync<ApiException>(() => client.UpdateAsync(first, null, Ct));
        Assert.Equal(ApiError.Conflict, e.Error);
        Assert.Empty(e.ConflictingFields);
    }

    [Fact]
    public async Task Delete_OfAnotherUid_IsConflict()
    {
        var (client, ns) = (server.Client(), await server.NamespaceAsync());
        var made = await client.CreateAsync(Map(ns, "a"), Ct);
        var e = await Assert.ThrowsAsync<ApiException>(() => client.DeleteAsync<V1ConfigMap>(new(ns, "a"), new() { Uid = "another" }, Ct));
        Assert.Equal(ApiError.Conflict, e.Error);
        Assert.True(await client.DeleteIfExistsAsync<V1ConfigMap>(new(ns, "a"), new() { Uid = made.Metadata.Uid, Propagation = PropagationPolicy.Background }, Ct));
        Assert.False(await client.DeleteIfExistsAsync<V1ConfigMap>(new(ns, "a"), null, Ct));
    }

    [Fact]
    public async Task List_InPages_FollowsContinue()
    {
        var (client, ns) = (server.Client(), await server.NamespaceAsync());
        for (var i = 0; i < 7; i++)
        {
            await client.CreateAsync(Map(ns, $"m{i}"), Ct);
        }

        var page = await client.ListPageAsync<V1ConfigMap>(new() { Namespace = ns, Limit = 3 }, Ct);
        Assert.Equal(3, page.Items.Count);
        Assert.NotNull(page.Continue);
        var all = await client.ListAsync<V1ConfigMap>(new() { Namespace = ns, Limit = 3, FieldSelector = "metadata.name!=m6,metadata.name!=kube-root-ca.crt" }, Ct).ToListAsync(Ct);
        Assert.Equal(["m0", "m1", "m2", "m3", "m4", "m5"], all.Select(m => m.Metadata.Name));
        Assert.All(all, m => Assert.Equal("ConfigMap", m.Kind));
    }

    [Fact]
    public async Task List_PageTokenAfterCompaction_IsExpired()
    {
        var (client, ns) = (server.Client(), await server.NamespaceAsync());
        for (var i = 0; i < 3; i++)
        {
            await client.CreateAsync(Map(ns, $"m{i}"), Ct);
        }

        var page = await client.ListPageAsync<V1ConfigMap>(new() { Namespace = ns, Limit = 1 }, Ct);
        await client.CreateAsync(Map(ns, "late"), Ct);
        await server.CompactAsync();
        var e = await Assert.ThrowsAsync<ApiException>(() => client.ListPageAsync<V1ConfigMap>(new() { Namespace = ns, Limit = 1, Continue = page.Continue }, Ct));
        Assert.Equal(ApiError.Expired, e.Error);
    }

    [Fact]
    public async Task Watch_FromAVersion_TellsWhatCameAfter()
    {
        var (client, ns) = (server.Client(), await server.NamespaceAsync());
        var first = await client.CreateAsync(Map(ns, "a"), Ct);
        await client.MergePatchAsync<V1ConfigMap>(new(ns, "a"), new() { ["data"] = new JsonObject { ["x"] = "1" } }, null, Ct);
        await client.DeleteAsync<V1ConfigMap>(new(ns, "a"), null, Ct);
        var events = await client.WatchAsync<V1ConfigMap>(new() { Namespace = ns, ResourceVersion = first.Metadata.ResourceVersion }, Ct).Take(2).ToListAsync(Ct);
        Assert.Equal([WatchType.Modified, WatchType.Deleted], events.Select(e => e.Type));
        Assert.Equal("1", events[0].Object!.Data["x"]);
        Assert.Equal(events[1].Object!.Metadata.ResourceVersion, events[1].ResourceVersion);
    }

    [Fact]
    public async Task Watch_Silent_IsTransientAfterTheIdleTimeout()
    {
        var ns = await server.NamespaceAsync();
        var watch = server.Client().WatchAsync<V1ConfigMap>(new() { Namespace = ns, IdleTimeout = TimeSpan.FromMilliseconds(300) }, Ct);
        var e = await Assert.ThrowsAsync<ApiException>(async () => await watch.FirstAsync(w => w.Object?.Metadata.Name == "never", Ct));
        Assert.Equal(ApiError.Transient, e.Error);
    }

    [Fact]
    public async Task CoreKinds_WithQuantitiesBytesAndTimes_RoundTrip()
    {
        var (client, ns) = (server.Client(), await server.NamespaceAsync());
        var secret = await client.CreateAsync(new V1Secret { Metadata = new() { Name = "s", NamespaceProperty = ns }, Data = new Dictionary<string, byte[]> { ["k"] = [0, 255] } }, Ct);
        Assert.Equal([0, 255], secret.Data["k"]);
        Assert.InRange(secret.Metadata.CreationTimestamp!.Value, DateTime.UnixEpoch, DateTime.MaxValue);
        var role = await client.CreateAsync(new V1Role { Metadata = new() { Name = "r", NamespaceProperty = ns }, Rules = [new() { ApiGroups = [""], Resources = ["pods"], Verbs = ["get"] }] }, Ct);
        Assert.Equal("rbac.authorization.k8s.io/v1", role.ApiVersion);
        var pod = await client.CreateAsync(
            new V1Pod
            {
                Metadata = new() { Name = "p", NamespaceProperty = ns },
                Spec = new()
                {
                    Containers =
                    [
                        new()
                        {
                            Name = "c",
                            Image = "i",
                            Resources = new() { Limits = new Dictionary<string, ResourceQuantity> { ["memory"] = new("1Gi") } },
                            LivenessProbe = new() { HttpGet = new() { Port = "web", Path = "/" } },
                        },
                    ],
                },
            },
            Ct);
        Assert.Equal("1Gi", pod.Spec.Containers[0].Resources.Limits["memory"].ToString());
        Assert.Equal("web", pod.Spec.Containers[0].LivenessProbe.HttpGet.Port.Value);
    }

    private static V1ConfigMap Map(string ns, string name) => new() { Metadata = new() { Name = name, NamespaceProperty = ns } };
}
