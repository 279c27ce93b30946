using System.Threading.Channels;
using ImageOperator.Runtime.Cache;
using ImageOperator.Runtime.Client;
using ImageOperator.Runtime.Tests.Testbed;
using k8s.Models;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace ImageOperator.Runtime.Tests.Cache;

/// <summary>The informer against a scripted server, on fake time.</summary>
public sealed class InformerTests : IAsyncLifetime
{
    private readonly FakeTimeProvider time = new();
    private readonly ScriptedClient client = new();
    private readonly CancellationTokenSource stop = new();
    private readonly List<string> heard = [];
    private readonly InformerOptions<V1ConfigMap> options = new() { PageSize = 2, ResyncPeriod = TimeSpan.FromHours(1) };
    private Informer<V1ConfigMap> informer = null!;
    private Task running = Task.CompletedTask;

    public ValueTask InitializeAsync()
    {
        options.AddIndex("color", map => map.Data is null ? [] : [map.Data["color"]]);
        informer = new(client, options, TestMetrics.Create(), time, NullLogger<Informer<V1ConfigMap>>.Instance);
        informer.AddHandler(e => heard.Add(e switch
        {
            { IsAdded: true } => $"+{e.New!.Metadata.Name}@{e.New.Metadata.ResourceVersion}",
            { IsDeleted: true } => $"-{e.Old!.Metadata.Name}@{e.Old.Metadata.ResourceVersion}",
            _ => $"~{e.New!.Metadata.Name}@{e.Old!.Metadata.ResourceVersion}>{e.New.Metadata.ResourceVersion}",
        }));
        running = informer.RunAsync(stop.Token);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task Run_TwoPages_PassesContinueAndWatchesFromTheListsVersion()
    {
        Assert.False(informer.HasSynced);
        List("7", "next", Map("a", 1), Map("b", 2));
        List("7", null, Map("c", 3));
        var watch = Watch();
        await informer.WaitForSyncAsync(TestContext.Current.CancellationToken);
        await watch.Writer.WriteAsync(Event(WatchType.Modified, Map("a", 8)));
        await Heard("+a@1", "+b@2", "+c@3", "~a@1>8");
        Assert.Equal([null, "next"], client.Listed.Select(l => l.Continue));
        Assert.Equal("7", client.Watched.Single().ResourceVersion);
        Assert.Equal(options.IdleTimeout, client.Watched.Single().IdleTimeout);
        Assert.Null(informer.Problem);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Watch_Expired_ListsAgainWithSyntheticDeletes(bool inStream)
    {
        List("5", null, Map("gone", 1), Map("kept", 2), Map("changed", 3), Map("reborn", 4, uid: "old"));
        var watch = Watch();
        if (inStream)
        {
            await watch.Writer.WriteAsync(new WatchEvent<V1ConfigMap>(WatchType.Bookmark, "6", null));
        }

        await watch.Writer.WriteAsync(new ApiException("too old") { Error = ApiError.Expired });
        List("9", null, Map("kept", 2), Map("changed", 7), Map("reborn", 8, uid: "new"), Map("added", 9));
        Watch();
        await Heard("+gone@1", "+kept@2", "+changed@3", "+reborn@4", "-gone@1", "~changed@3>7", "-reborn@4", "+reborn@8", "+added@9");
        await Eventually.True(() => client.Watched.Count == 2);
        Assert.Equal(["5", "9"], client.Watched.Select(w => w.ResourceVersion));
    }

    [Fact]
    public async Task Watch_ExpiredAfterAnOutage_ListsAgainWithoutAPause()
    {
        List("5", null, Map("a", 1));
        for (var i = 0; i < 4; i++)
        {
            await Watch().Writer.WriteAsync(new ApiException("refused"));
        }

        await AdvanceUntil(() => client.Watched.Count == 5);
        await Watch().Writer.WriteAsync(new ApiException("too old") { Error = ApiError.Expired });
        List("9", null, Map("b", 9));
        await Heard("+a@1", "-a@1", "+b@9");
    }

    [Fact]
    public async Task Watch_Ends_GoesOnFromTheLastBookmark()
    {
        List("5", null);
        var watch = Watch();
        await watch.Writer.WriteAsync(new WatchEvent<V1ConfigMap>(WatchType.Bookmark, "6", null));
        watch.Writer.Complete();
        Watch();
        await Eventually.True(() => client.Watched.Count == 2);
        Assert.Equal(["5", "6"], client.Watched.Select(w => w.ResourceVersion));
        Assert.Single(client.Listed);
    }

    [Fact]
    public async Task Watch_EndsAtOnceAgainAndAgain_BacksOff()
    {
        List("5", null);
        for (var i = 0; i < 3; i++)
        {
            Watch().Writer.Complete();
        }

        await Eventually.True(() => client.Watched.Count == 2);
        time.Advance(options.BackoffBase * 0.4);
        Assert.Equal(2, client.Watched.Count);
        await AdvanceUntil(() => client.Watched.Count == 3);
    }

    [Fact]
    public async Task List_Fails_IsTriedAgainAndSaysWhy()
    {
        await client.Lists.Writer.WriteAsync(() => throw new ApiException("list ConfigMap: refused"));
        await Eventually.True(() => informer.Problem == "list ConfigMap: refused");
        List("5", null, Map("a", 1));
        await Heard("+a@1");
        await Eventually.True(() => informer.Problem is null);
    }

    [Fact]
    public async Task List_PageTokenExpired_IsReadInOne()
    {
        List("5", "next", Map("a", 1), Map("b", 2));
        await client.Lists.Writer.WriteAsync(() => throw new ApiException("too old") { Error = ApiError.Expired });
        List("8", null, Map("b", 2), Map("c", 8));
        await Heard("+b@2", "+c@8");
        Assert.Equal([2, 2, 0], client.Listed.Select(l => l.Limit));
    }

    [Fact]
    public async Task Watch_Deleted_RemovesFromStoreAndIndexes()
    {
        var red = Map("a", 1);
        red.Data = new Dictionary<string, string> { ["color"] = "red" };
        red.Metadata.OwnerReferences = [new() { Uid = "owner" }];
        List("5", null, red);
        var watch = Watch();
        await Heard("+a@1");
        Assert.Same(red, Assert.Single(informer.Store.ByIndex("color", "red")));
        Assert.Same(red, Assert.Single(informer.Store.ByIndex(IndexNames.OwnerUid, "owner")));
        Assert.Throws<ArgumentException>(() => informer.Store.ByIndex("nope", "x"));
        Assert.Same(red, informer.Store.Get(new("ns", "a")));
        Assert.Empty(informer.Store.List("other"));
        await watch.Writer.WriteAsync(Event(WatchType.Deleted, Map("a", 6)));
        await Heard("+a@1", "-a@1");
        Assert.Empty(informer.Store.ByIndex("color", "red"));
        Assert.Null(informer.Store.Get(new("ns", "a")));
    }

    [Fact]
    public async Task Resync_Due_TellsOfEverything()
    {
        List("5", null, Map("a", 1));
        Watch();
        await Heard("+a@1");
        time.Advance(TimeSpan.FromHours(1));
        await Heard("+a@1", "~a@1>1");
    }

    [Fact]
    public async Task Handler_Throws_OthersStillHear()
    {
        informer.AddHandler(_ => throw new InvalidOperationException("faulty"));
        List<string> late = [];
        List("5", null, Map("a", 1));
        var watch = Watch();
        await Heard("+a@1");
        informer.AddHandler(e => late.Add(e.Object.Metadata.Name));
        Assert.Equal(["a"], late);
        await watch.Writer.WriteAsync(Event(WatchType.Added, Map("b", 6)));
        await Heard("+a@1", "+b@6");
    }

    private static V1ConfigMap Map(string name, int version, string uid = "u") =>
        new() { Metadata = new() { Name = name, NamespaceProperty = "ns", Uid = $"{name}-{uid}", ResourceVersion = $"{version}" } };

    private static WatchEvent<V1ConfigMap> Event(WatchType type, V1ConfigMap map) => new(type, map.Metadata.ResourceVersion, map);

    private void List(string version, string? next, params V1ConfigMap[] maps) => client.Lists.Writer.TryWrite(() => new ListPage<V1ConfigMap>(maps, version, next));

    private Channel<object> Watch()
    {
        var stream = Channel.CreateUnbounded<object>();
        client.Watches.Writer.TryWrite(stream.Reader.ReadAllAsync());
        return stream;
    }

    private Task Heard(params string[] expected) => Eventually.True(
        () => heard.ToArray().SequenceEqual(expected), TimeSpan.FromSeconds(5), $"[{string.Join(' ', expected)}], heard [{string.Join(' ', heard)}]");

    private Task AdvanceUntil(Func<bool> condition) => Eventually.True(() =>
    {
        time.Advance(TimeSpan.FromSeconds(1));
        return condition();
    });
}
