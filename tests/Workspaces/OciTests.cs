using ImageOperator.Api.Conditions;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Engine.Failures;
using ImageOperator.Workspaces.Tests.Servers;
using Microsoft.AspNetCore.Http;

namespace ImageOperator.Workspaces.Tests;

/// <summary>Against Debian's docker-registry.</summary>
public sealed class OciTests : IDisposable
{
    private const string OciLayer = "application/vnd.oci.image.layer.v1.tar+gzip";
    private const string FluxLayer = "application/vnd.cncf.flux.content.v1.tar+gzip";
    private const string OrasLayer = "application/vnd.oci.image.layer.v1.tar";

    private readonly Lab _lab = new();

    public void Dispose() => _lab.Dispose();

    [Fact]
    public async Task Tag_IsResolvedToItsDigest_AndLayersLieOverEachOther()
    {
        await using var registry = await Registry.StartAsync(Path.Combine(_lab.Server, "registry"));
        var digest = await registry.PushAsync(
            "team/files", "v1", (FluxLayer, Archive.TarGz(Archive.File("a", "1"), Archive.File("b", "1")), null), (OciLayer, Archive.TarGz(Archive.File("b", "2")), null),
            (OrasLayer, "titled"u8.ToArray(), new() { ["org.opencontainers.image.title"] = "docs/c.txt" }));

        var pins = await _lab.FetchAsync(Entry(registry, ":v1"));

        Assert.Equal(["files/a", "files/b", "files/docs/c.txt"], _lab.Files());
        Assert.Equal(("2", "titled"), (_lab.Read("files/b"), _lab.Read("files/docs/c.txt")));
        Assert.Equal((digest, $"v1@{digest}", $"oci://{registry.Host}/team/files"), (pins[0].Digest, pins[0].Revision, pins[0].Url));
    }

    [Fact]
    public async Task Attempts_OfABuild_SeeTheSameDigest_ThoughTheTagMoves()
    {
        await using var registry = await Registry.StartAsync(Path.Combine(_lab.Server, "registry"));
        var first = await registry.PushAsync("team/files", "v1", (OciLayer, Archive.TarGz(Archive.File("a", "1")), null));
        var pins = new MemoryPins();
        await _lab.FetchAsync(Entry(registry, ":v1"), pins);
        await registry.PushAsync("team/files", "v1", (OciLayer, Archive.TarGz(Archive.File("a", "2")), null));

        Assert.Equal(first, (await _lab.FetchAsync(Entry(registry, ":v1"), pins))[0].Digest);
        Assert.Equal("1", _lab.Read("files/a"));
        await _lab.FetchAsync(Entry(registry, $"@{first}"));
        Assert.Equal("1", _lab.Read("files/a"));
        await _lab.FetchAsync(Entry(registry, ":v1"));
        Assert.Equal("2", _lab.Read("files/a"));
    }

    [Fact]
    public async Task Login_IsOfTheDockerConfiguration()
    {
        await using var registry = await Registry.StartAsync(Path.Combine(_lab.Server, "registry"), secured: true);
        await registry.PushAsync("team/files", "v1", (OciLayer, Archive.TarGz(Archive.File("a", "1")), null));
        var entry = Entry(registry, ":v1", oci => oci with { Insecure = false, SecretRef = new() { Name = "pull" } });
        _lab.Secrets["pull"] = new() { [".dockerconfigjson"] = registry.DockerConfig, ["ca.crt"] = registry.Authority! };

        await _lab.FetchAsync(entry);
        Assert.Equal("1", _lab.Read("files/a"));

        foreach (var (config, word) in new[]
        {
            (registry.DockerConfig.Replace(registry.Host, "other.example.com", StringComparison.Ordinal), "have no entry for"),
            ("{\"auths\":{\"" + registry.Host + "\":{\"username\":\"robot\",\"password\":\"wrong\"}}}", "401"),
            ("s3cret", "it is not JSON"),
        })
        {
            _lab.Secrets["pull"][".dockerconfigjson"] = config;
            var e = await _lab.RefusedAsync(entry);
            Assert.Equal((FailureKind.Auth, Reasons.Unauthorized), (e.Kind, e.Reason));
            Assert.Contains(word, e.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("s3cret", e.Message + e.Hint, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(503, "try later", "503")]
    [InlineData(200, "<html>", "answers with no token")]
    [InlineData(200, "{\"token\": 1}", "answers with no token")]
    public async Task TokenServer_ThatIsAway_IsNoWrongPassword(int status, string text, string word)
    {
        await using var server = await WebServer.StartAsync(_lab.Server, first: async context =>
        {
            if (context.Request.Path == "/token")
            {
                context.Response.StatusCode = status;
                await context.Response.WriteAsync(text);
                return true;
            }

            context.Response.StatusCode = 401;
            context.Response.Headers.WWWAuthenticate = $"Bearer realm=\"http://{context.Request.Host}/token\",service=\"registry\"";
            return true;
        });

        var e = await _lab.RefusedAsync(new() { Path = "files", Oci = new() { Reference = $"{new Uri(server.Url).Authority}/team/files:v1", Insecure = true } });

        Assert.Equal((FailureKind.Retryable, Reasons.WorkspaceUnavailable), (e.Kind, e.Reason));
        Assert.Contains(word, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Missing_AndStrangeLayers_NameTheField()
    {
        await using var registry = await Registry.StartAsync(Path.Combine(_lab.Server, "registry"));
        await registry.PushAsync("team/files", "odd", ("application/octet-stream", "x"u8.ToArray(), null));
        await registry.PushAsync("team/files", "evil", (OrasLayer, "x"u8.ToArray(), new() { ["org.opencontainers.image.title"] = "../../evil" }));

        Assert.Contains("workspace[files].oci.reference: ", (await _lab.RefusedAsync(Entry(registry, ":none"))).Message, StringComparison.Ordinal);
        Assert.Contains("is of type \"application/octet-stream\"", (await _lab.RefusedAsync(Entry(registry, ":odd"))).Message, StringComparison.Ordinal);
        Assert.Contains("\"../../evil\" leads out", (await _lab.RefusedAsync(Entry(registry, ":evil"))).Message, StringComparison.Ordinal);
    }

    private static WorkspaceSource Entry(Registry registry, string what, Func<OciSource, OciSource>? change = null)
    {
        var oci = new OciSource { Reference = $"{registry.Host}/team/files{what}", Insecure = true };
        return new() { Path = "files", Oci = change?.Invoke(oci) ?? oci };
    }
}
