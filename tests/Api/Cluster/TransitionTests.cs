using System.Text.Json.Nodes;

namespace ImageOperator.Api.Tests.Cluster;

/// <summary>What may be changed in a build, and in its status.</summary>
[Trait("Category", "Cluster")]
public sealed class TransitionTests(CrdServer fixture)
{
    private const string Template = """
        {"targets": [{"name": "lab", "qemu": {"source": {"url": "https://example.com/a", "checksum": "$(params.sum)"},
          "output": {"hostPath": {"path": "/images"}}}}], "communicator": {"ssh": {"user": "debian"}}, "parameters": [{"name": "sum"}, {"name": "n"}]}
        """;

    private static readonly string Spec =
        $$$"""{"template": {{{Template}}}, "parameters": {"sum": "a", "n": 1, "deep": {"er": [1]}}, "targets": ["lab"], "failurePolicy": {"maxAttempts": 2}}""";

    private readonly string builds = $"apis/imageoperator.dev/v1alpha1/namespaces/t{Guid.NewGuid():n}/imagebuilds";

    [Theory]
    [InlineData("spec.template", "template.timeout", "\"1h\"")]
    [InlineData("spec.template", "template.targets.0.qemu.cpus", "2")]
    [InlineData("spec.template", "template.parameters.0.default", "\"x\"")]
    [InlineData("spec.template", "template", "null")]
    [InlineData("spec.templateRef", "templateRef", "{\"name\": \"other\"}")]
    [InlineData("spec.parameters", "parameters.sum", "\"b\"")]
    [InlineData("spec.parameters", "parameters.n", "2")]
    [InlineData("spec.parameters", "parameters.n", "\"1\"")]
    [InlineData("spec.parameters", "parameters.deep.er.0", "2")]
    [InlineData("spec.parameters", "parameters.more", "true")]
    [InlineData("spec.parameters", "parameters", "null")]
    [InlineData("spec.targets", "targets", "[\"other\"]")]
    [InlineData("spec.targets", "targets", "null")]
    [InlineData("spec.failurePolicy", "failurePolicy.maxAttempts", "3")]
    [InlineData("spec.failurePolicy", "failurePolicy", "null")]
    public async Task Replace_ImmutableField_IsRefusedAtIt(string field, string path, string value)
    {
        var answer = await ChangeAsync(path, value);

        Assert.Equal(422, answer.Code);
        Assert.Contains(field, answer.Fields);
        Assert.Contains("immutable", answer.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cancel", "true")]
    [InlineData("ttlAfterFinished", "\"1h\"")]
    [InlineData("ttlAfterFinished", "null")]
    public async Task Replace_MutableField_IsAccepted(string path, string value)
    {
        var answer = await ChangeAsync(path, value);

        Assert.True(answer.Ok, answer.ToString());
    }

    [Fact]
    public async Task Replace_Unchanged_IsAccepted() => Assert.True((await ChangeAsync("cancel", "false")).Ok);

    [Fact]
    public async Task Replace_CancelledBuild_StaysCancelled()
    {
        var cancelled = await ChangeAsync("cancel", "true");
        cancelled.Body["spec"]!["cancel"] = false;

        var answer = await fixture.Server.ReplaceAsync($"{builds}/b", cancelled.Body);

        Assert.Equal(422, answer.Code);
        Assert.Contains("spec.cancel", answer.Fields);
    }

    [Fact]
    public async Task ReplaceStatus_Snapshot_IsStoredAsItIs()
    {
        var created = await CreateAsync();
        created.Body["status"] = JsonNode.Parse($$$"""
            {"template": {{{Template}}}, "parameters": {"n": 1}, "observedGeneration": 1, "stage": "Captured",
             "conditions": [{"type": "Ready", "status": "Unknown", "reason": "Building", "message": "", "lastTransitionTime": "2026-01-01T00:00:00Z"}],
             "targets": [{"name": "lab", "attempt": 1, "stages": [{"name": "Connected", "startTime": "2026-01-01T00:00:00Z", "duration": "1m30s"}],
               "resources": [{"key": "disk", "type": "qemu/disk", "state": "Created", "temporary": true, "attempt": 1, "properties": {"path": "/scratch/disk"}}]}]}
            """);

        var answer = await fixture.Server.ReplaceAsync($"{builds}/b/status?fieldValidation=Strict", created.Body);

        Assert.True(answer.Ok, answer.ToString());
        Assert.True(JsonNode.DeepEquals(created.Body["status"], answer.Body["status"]), $"{answer.Body["status"]}");
    }

    private async Task<Answer> ChangeAsync(string path, string value)
    {
        var body = (await CreateAsync()).Body;
        JsonNode node = body["spec"]!;
        var names = path.Split('.');
        foreach (var name in names[..^1]) node = int.TryParse(name, out var index) ? node[index]! : node[name]!;
        var changed = JsonNode.Parse(value);
        if (int.TryParse(names[^1], out var last)) node[last] = changed;
        else if (changed is null) node.AsObject().Remove(names[^1]);
        else node[names[^1]] = changed;
        return await fixture.Server.ReplaceAsync($"{builds}/b?fieldValidation=Strict", body);
    }

    private async Task<Answer> CreateAsync()
    {
        var created = await fixture.Server.CreateAsync($"{builds}?fieldValidation=Strict", JsonNode.Parse(
            $$$"""{"apiVersion": "imageoperator.dev/v1alpha1", "kind": "ImageBuild", "metadata": {"name": "b"}, "spec": {{{Spec}}}}""")!);
        Assert.True(created.Ok, created.ToString());
        return created;
    }
}
