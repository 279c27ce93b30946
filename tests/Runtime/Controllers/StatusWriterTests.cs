using ImageOperator.Runtime.Client;
using ImageOperator.Runtime.Controllers;
using ImageOperator.Runtime.Tests.Testbed;
using k8s.Models;

namespace ImageOperator.Runtime.Tests.Controllers;

[Collection(ClusterCollection.Name)]
[Trait("Category", "Cluster")]
public sealed class StatusWriterTests(ApiServerFixture server)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("1.20")]
    [InlineData("1.36")]
    public async Task Apply_SameStatusAgain_MakesNoRequest(string version)
    {
        var (client, widget) = await WidgetAsync(version);
        var writer = new StatusWriter(client, "image-operator");
        var written = await writer.ApplyAsync(widget, Status("a", 1), Ct);
        Assert.Equal(1, Assert.Single(written.Status!.Targets!).Attempt);
        Assert.Same(written, await writer.ApplyAsync(written, Status("a", 1), Ct));

        // The same as read from the server, by which the informer's view is meant.
        var read = await client.GetAsync<Widget>(ObjectKey.Of(widget), Ct);
        Assert.Same(read, await writer.ApplyAsync(read, Status("a", 1), Ct));
        Assert.NotSame(read, await writer.ApplyAsync(read, Status("a", 2), Ct));
    }

    [Theory]
    [InlineData("1.20")]
    [InlineData("1.36")]
    public async Task Apply_FieldLeftOut_IsRemovedButNotAnothersField(string version)
    {
        var (client, widget) = await WidgetAsync(version);
        var writer = new StatusWriter(client, "image-operator");
        var written = await writer.ApplyAsync(widget, new WidgetStatus { Phase = "Running", Targets = [new() { Name = "a", Attempt = 1 }] }, Ct);
        written = await new StatusWriter(client, "image-builder").ApplyAsync(written, new WidgetStatus { Targets = [new() { Name = "a", Stage = "Connected" }] }, Ct);
        Assert.Same(written, await writer.ApplyAsync(written, new WidgetStatus { Phase = "Running", Targets = [new() { Name = "a", Attempt = 1 }] }, Ct));
        written = await writer.ApplyAsync(written, new WidgetStatus { Targets = [new() { Name = "a", Attempt = 1 }] }, Ct);
        Assert.Null(written.Status!.Phase);
        Assert.Equal(new WidgetTarget { Name = "a", Attempt = 1, Stage = "Connected" }, Assert.Single(written.Status.Targets!));
    }

    [Theory]
    [InlineData("1.20")]
    [InlineData("1.36")]
    public async Task Apply_EmptyLists_AreLeftOut(string version)
    {
        var (client, widget) = await WidgetAsync(version);
        var writer = new StatusWriter(client, "image-operator");
        var written = await writer.ApplyAsync(widget, new WidgetStatus { Phase = "Running", Targets = [], Conditions = [] }, Ct);
        Assert.Equal(new WidgetStatus { Phase = "Running" }, written.Status);
        Assert.Same(written, await writer.ApplyAsync(written, new WidgetStatus { Phase = "Running", Targets = [] }, Ct));
    }

    [Fact]
    public async Task Apply_OnAStaleObject_IsConflict()
    {
        var (client, widget) = await WidgetAsync("1.20");
        var writer = new StatusWriter(client, "image-operator");
        await writer.ApplyAsync(widget, Status("a", 1), Ct);
        var e = await Assert.ThrowsAsync<ApiException>(() => writer.ApplyAsync(widget, Status("a", 2), Ct));
        Assert.Equal(ApiError.Conflict, e.Error);
    }

    [Fact]
    public async Task Finalizer_EnsuredAndRemoved_IsIdempotent()
    {
        var (client, widget) = await WidgetAsync("1.20");
        var with = await client.EnsureFinalizerAsync(widget, "runtime.test/clean", Ct);
        Assert.True(with.HasFinalizer("runtime.test/clean"));
        Assert.Same(with, await client.EnsureFinalizerAsync(with, "runtime.test/clean", Ct));
        var stale = await Assert.ThrowsAsync<ApiException>(() => client.EnsureFinalizerAsync(widget, "runtime.test/other", Ct));
        Assert.Equal(ApiError.Conflict, stale.Error);
        await client.DeleteAsync<Widget>(ObjectKey.Of(with), null, Ct);
        var deleting = await client.GetAsync<Widget>(ObjectKey.Of(with), Ct);
        await client.RemoveFinalizerAsync(deleting, "runtime.test/clean", Ct);
        Assert.Null(await client.FindAsync<Widget>(ObjectKey.Of(with), Ct));
        await client.RemoveFinalizerAsync(deleting, "runtime.test/clean", Ct);
    }

    private async Task<(IClient Client, Widget Widget)> WidgetAsync(string version)
    {
        var client = version == "1.20" ? server.Client() : CrdServer.Client();
        await WidgetCrd.InstallAsync(client, Ct);
        var ns = version == "1.20" ? await server.NamespaceAsync() : $"t-{Guid.NewGuid():N}"[..16];
        return (client, await client.CreateAsync(new Widget { Metadata = new() { Name = "w", NamespaceProperty = ns } }, Ct));
    }

    private static WidgetStatus Status(string target, int attempt) => new()
    {
        ObservedGeneration = 1,
        Conditions = [new V1Condition { Type = "Ready", Status = "True", Reason = "Done", Message = "all is well", LastTransitionTime = DateTime.UnixEpoch, ObservedGeneration = 1 }],
        Targets = [new() { Name = target, Attempt = attempt }],
    };
}
