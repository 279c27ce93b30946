using System.Text.Json.Nodes;
using ImageOperator.Runtime.Client;
using ImageOperator.Runtime.Tests.Testbed;

namespace ImageOperator.Runtime.Tests.Client;

/// <summary>The contract that fencing rests on, on the oldest and the newest server that there is.</summary>
[Collection(ClusterCollection.Name)]
[Trait("Category", "Cluster")]
public sealed class ApplyTests(ApiServerFixture server)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("1.20")]
    [InlineData("1.36")]
    public async Task ApplyStatus_OlderAttemptWithoutForce_ConflictsAndNamesTheField(string version)
    {
        var (client, ns) = await ServerAsync(version);
        await client.CreateAsync(new Widget { Metadata = new() { Name = "w", NamespaceProperty = ns } }, Ct);
        ObjectKey key = new(ns, "w");
        await client.ApplyAsync<Widget>(key, Targets(new JsonObject { ["name"] = "a", ["attempt"] = 2 }), new("image-operator") { Force = true, Subresource = Subresources.Status }, Ct);

        var e = await Assert.ThrowsAsync<ApiException>(() => client.ApplyAsync<Widget>(
            key, Targets(new JsonObject { ["name"] = "a", ["attempt"] = 1, ["stage"] = "Captured" }), new("image-builder") { Subresource = Subresources.Status }, Ct));
        Assert.Equal(ApiError.Conflict, e.Error);
        Assert.Equal([".status.targets[name=\"a\"].attempt"], e.ConflictingFields);
        Assert.StartsWith($"apply Widget {ns}/w (status): Conflict (409): ", e.Message, StringComparison.Ordinal);
        Assert.Contains("image-operator", e.Message, StringComparison.Ordinal);

        var written = await client.ApplyAsync<Widget>(
            key, Targets(new JsonObject { ["name"] = "a", ["attempt"] = 2, ["stage"] = "Captured" }), new("image-builder") { Subresource = Subresources.Status }, Ct);
        Assert.Equal(new WidgetTarget { Name = "a", Attempt = 2, Stage = "Captured" }, Assert.Single(written.Status!.Targets!));

        // Both own the attempt now; the operator's forced next attempt fences the builder off again.
        var next = await client.ApplyAsync<Widget>(
            key, Targets(new JsonObject { ["name"] = "a", ["attempt"] = 3 }), new("image-operator") { Force = true, Subresource = Subresources.Status }, Ct);
        Assert.Equal(new WidgetTarget { Name = "a", Attempt = 3, Stage = "Captured" }, Assert.Single(next.Status!.Targets!));
        e = await Assert.ThrowsAsync<ApiException>(() => client.ApplyAsync<Widget>(
            key, Targets(new JsonObject { ["name"] = "a", ["attempt"] = 2, ["stage"] = "Tested" }), new("image-builder") { Subresource = Subresources.Status }, Ct));
        Assert.Equal([".status.targets[name=\"a\"].attempt"], e.ConflictingFields);
    }

    [Theory]
    [InlineData("1.20")]
    [InlineData("1.36")]
    public async Task ApplyStatus_TwoBuilders_KeepEachOthersEntries(string version)
    {
        var (client, ns) = await ServerAsync(version);
        await client.CreateAsync(new Widget { Metadata = new() { Name = "w", NamespaceProperty = ns } }, Ct);
        ObjectKey key = new(ns, "w");
        foreach (var name in (string[])["a", "b"])
        {
            await client.ApplyAsync<Widget>(key, Targets(new JsonObject { ["name"] = name, ["stage"] = "Connected" }), new($"builder-{name}") { Subresource = Subresources.Status }, Ct);
        }

        var both = await client.GetAsync<Widget>(key, Ct);
        Assert.Equal(["a", "b"], both.Status!.Targets!.Select(t => t.Name).Order());
    }

    [Theory]
    [InlineData("1.20")]
    [InlineData("1.36")]
    public async Task ApplyStatus_WithAnOldVersion_IsConflict(string version)
    {
        var (client, ns) = await ServerAsync(version);
        var old = await client.CreateAsync(new Widget { Metadata = new() { Name = "w", NamespaceProperty = ns } }, Ct);
        await client.MergePatchAsync<Widget>(new(ns, "w"), new() { ["spec"] = new JsonObject { ["size"] = 1 } }, null, Ct);
        var configuration = new JsonObject { ["metadata"] = new JsonObject { ["resourceVersion"] = old.Metadata.ResourceVersion }, ["status"] = new JsonObject { ["phase"] = "X" } };
        var e = await Assert.ThrowsAsync<ApiException>(() => client.ApplyAsync<Widget>(new(ns, "w"), configuration, new("m") { Force = true, Subresource = Subresources.Status }, Ct));
        Assert.Equal(ApiError.Conflict, e.Error);
        Assert.Empty(e.ConflictingFields);
    }

    [Fact]
    public async Task ApplyStatus_OfAMissingObject_IsNotFound()
    {
        var (client, ns) = await ServerAsync("1.20");
        var e = await Assert.ThrowsAsync<ApiException>(() => client.ApplyAsync<Widget>(new(ns, "gone"), new() { ["status"] = new JsonObject { ["phase"] = "X" } }, new("m") { Subresource = Subresources.Status }, Ct));
        Assert.Equal(ApiError.NotFound, e.Error);
    }

    [Fact]
    public async Task Apply_TypedObjectThatWasRead_LeavesServerFieldsOut()
    {
        var (client, ns) = await ServerAsync("1.20");
        var made = await client.CreateAsync(new Widget { Metadata = new() { Name = "w", NamespaceProperty = ns }, Spec = new() { Shade = Shade.DarkRed, Size = 1 } }, Ct);
        var applied = await client.ApplyAsync(made with { Spec = made.Spec! with { Size = 2 } }, new("m") { Force = true }, Ct);
        Assert.Equal((2, Shade.DarkRed), (applied.Spec!.Size, applied.Spec.Shade));
    }

    private async Task<(IClient Client, string Namespace)> ServerAsync(string version)
    {
        var client = version == "1.20" ? server.Client() : CrdServer.Client();
        await WidgetCrd.InstallAsync(client, Ct);
        return (client, version == "1.20" ? await server.NamespaceAsync() : $"t-{Guid.NewGuid():N}"[..16]);
    }

    private static JsonObject Targets(params JsonNode[] targets) => new() { ["status"] = new JsonObject { ["targets"] = new JsonArray(targets) } };
}
