using ImageOperator.Api.Conditions;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;
using ImageOperator.Workspaces.Tests.Servers;
using Microsoft.AspNetCore.Http;

namespace ImageOperator.Workspaces.Tests;

/// <summary>Files and archives of web servers, Flux's among them.</summary>
public sealed class HttpTests : IDisposable
{
    private const string Token = "s3cret-token";

    private readonly Lab _lab = new();

    public void Dispose() => _lab.Dispose();

    [Fact]
    public async Task File_IsPlacedUnderItsName_OnceForANode()
    {
        var content = "hello"u8.ToArray();
        await File.WriteAllBytesAsync(Path.Combine(_lab.Server, "motd"), content);
        await using var server = await WebServer.StartAsync(_lab.Server);

        var pins = await _lab.FetchAsync(Entry(server, "motd", content));
        Assert.Equal("hello", _lab.Read("files/motd"));
        await _lab.FetchAsync(Entry(server, "motd?x=1", content, http => http with { FileName = "other" }));

        Assert.Equal("hello", _lab.Read("files/other"));
        Assert.Equal((Archive.Sum(content), $"{server.Url}/motd"), (pins[0].Digest, pins[0].Url));
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task File_OfAnotherChecksum_IsRefused()
    {
        await File.WriteAllTextAsync(Path.Combine(_lab.Server, "motd"), "hello");
        await using var server = await WebServer.StartAsync(_lab.Server);

        var e = await _lab.RefusedAsync(Entry(server, "motd", "hullo"u8.ToArray()));

        Assert.Equal(Reasons.ChecksumMismatch, e.Reason);
        Assert.Contains("workspace[files].http.checksum", e.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CachedFile_ThatSomeoneChanged_IsFetchedAgain()
    {
        var content = "hello"u8.ToArray();
        await File.WriteAllBytesAsync(Path.Combine(_lab.Server, "motd"), content);
        await using var server = await WebServer.StartAsync(_lab.Server);
        await _lab.FetchAsync(Entry(server, "motd", content));
        await File.WriteAllTextAsync(Directory.GetFiles(_lab.Cache, "sha256-*", SearchOption.AllDirectories).Single(f => !f.EndsWith(".lock", StringComparison.Ordinal)), "evil!");

        await _lab.FetchAsync(Entry(server, "motd", content));

        Assert.Equal("hello", _lab.Read("files/motd"));
    }

    [Fact]
    public async Task Archive_IsUnpacked_WithACredential_OverTls()
    {
        var content = Archive.TarGz(Archive.File("site-1.0/conf/a", "1"), Archive.File("README", ""));
        await File.WriteAllBytesAsync(Path.Combine(_lab.Server, "site.tgz"), content);
        await using var server = await WebServer.StartAsync(_lab.Server, tls: true, first: context =>
        {
            if (context.Request.Headers.Authorization == $"Bearer {Token}") return Task.FromResult(false);
            context.Response.StatusCode = 403;
            return Task.FromResult(true);
        });
        _lab.Secrets["web"] = new() { ["bearerToken"] = Token + "\n", ["ca.crt"] = server.Authority };
        var entry = Entry(server, "site.tgz", content, http => http with { Unpack = true, SubPath = "site-1.0", SecretRef = new() { Name = "web" } });

        await _lab.FetchAsync(entry);

        Assert.Equal("1", _lab.Read("files/conf/a"));
        Assert.DoesNotContain(_lab.Said, s => s.Contains(Token, StringComparison.Ordinal));
        Directory.Delete(_lab.Cache, recursive: true);
        _lab.Secrets["web"]["bearerToken"] = "wrong";
        Assert.Contains("403", (await _lab.RefusedAsync(entry)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Redirect_ToAnotherServer_GetsNoCredentials()
    {
        var content = "hello"u8.ToArray();
        await File.WriteAllBytesAsync(Path.Combine(_lab.Server, "motd"), content);
        await using var other = await WebServer.StartAsync(_lab.Server, tls: true);
        await using var server = await WebServer.StartAsync(_lab.Server, tls: true, first: context =>
        {
            context.Response.Redirect($"{other.Url}/motd");
            return Task.FromResult(true);
        });
        _lab.Secrets["web"] = new() { ["bearerToken"] = Token, ["ca.crt"] = server.Authority + "\n" + other.Authority };

        await _lab.FetchAsync(Entry(server, "motd", content, http => http with { SecretRef = new() { Name = "web" } }));

        Assert.Contains(Token, Assert.Single(server.Requests), StringComparison.Ordinal);
        Assert.Equal("GET /motd", Assert.Single(other.Requests));
    }

    [Fact]
    public async Task Redirect_ToAnotherHost_IsNotTrustedForTheAuthorityOfTheFirst()
    {
        await using var other = await WebServer.StartAsync(_lab.Server, tls: true);
        await using var server = await WebServer.StartAsync(_lab.Server, tls: true, first: context =>
        {
            context.Response.Redirect($"{other.Url.Replace("127.0.0.1", "localhost", StringComparison.Ordinal)}/motd");
            return Task.FromResult(true);
        });
        _lab.Secrets["web"] = new() { ["bearerToken"] = Token, ["ca.crt"] = server.Authority + "\n" + other.Authority };

        var e = await _lab.RefusedAsync(Entry(server, "motd", [], http => http with { SecretRef = new() { Name = "web" } }));

        Assert.Contains("certificate", e.Message, StringComparison.Ordinal);
        Assert.Empty(other.Requests);
    }

    [Fact]
    public async Task Cache_OfOthersCredentials_IsNotFound()
    {
        var content = "hello"u8.ToArray();
        await File.WriteAllBytesAsync(Path.Combine(_lab.Server, "motd"), content);
        await using var server = await WebServer.StartAsync(_lab.Server, tls: true, password: Token);
        _lab.Secrets["web"] = new() { ["username"] = "robot", ["password"] = Token, ["ca.crt"] = server.Authority };
        _lab.Secrets["own"] = new() { ["ca.crt"] = server.Authority };
        await _lab.FetchAsync(Entry(server, "motd", content, http => http with { SecretRef = new() { Name = "web" } }));

        Assert.Contains("401", (await _lab.RefusedAsync(Entry(server, "motd", content, http => http with { SecretRef = new() { Name = "own" } }))).Message, StringComparison.Ordinal);
        _lab.Namespace = "team-b";
        _lab.Secrets["web"]["password"] = "unknown";
        Assert.Contains("401", (await _lab.RefusedAsync(Entry(server, "motd", content, http => http with { SecretRef = new() { Name = "web" } }))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TooLarge_IsRefusedByItsLength_AndLeavesNothing()
    {
        await using var server = await WebServer.StartAsync(_lab.Server, first: async context =>
        {
            context.Response.ContentLength = 1L << 40;
            await context.Response.WriteAsync("much");
            await context.Response.Body.FlushAsync();
            var gone = new TaskCompletionSource();
            await using (context.RequestAborted.Register(() => gone.SetResult())) await gone.Task;
            return true;
        });

        var e = await _lab.RefusedAsync(Entry(server, "big", []));

        Assert.Equal(FailureKind.Terminal, e.Kind);
        Assert.Contains("is larger than", e.Message, StringComparison.Ordinal);
        Assert.Single(server.Requests);
        Assert.DoesNotContain(Directory.EnumerateFiles(_lab.Cache, "*", SearchOption.AllDirectories), f => f.Contains(".partial", StringComparison.Ordinal));
    }

    [Fact]
    public async Task UnknownAuthority_IsToldAtOnce()
    {
        await using var server = await WebServer.StartAsync(_lab.Server, tls: true);

        var e = await _lab.RefusedAsync(Entry(server, "motd", []));

        Assert.Equal((FailureKind.Terminal, Reasons.WorkspaceUnavailable), (e.Kind, e.Reason));
        Assert.Contains("certificate", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(_lab.Said, s => s.Contains("again in", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Flux_ArtifactOfTheStatus_IsUnpacked()
    {
        var content = Archive.TarGz(Archive.File("deploy/a", "1"));
        await File.WriteAllBytesAsync(Path.Combine(_lab.Server, "1234.tar.gz"), content);
        await using var server = await WebServer.StartAsync(_lab.Server);
        var pin = new WorkspaceStatus { Path = "site", Url = $"{server.Url}/1234.tar.gz", Revision = "main@sha1:1234", Digest = Archive.Sum(content) };
        var entry = new WorkspaceSource { Path = "site", Flux = new() { Kind = FluxKind.GitRepository, Name = "site", SubPath = "deploy" } };

        var pins = await _lab.FetchAsync(entry, new Settled(pin));

        Assert.Equal("1", _lab.Read("site/a"));
        Assert.Same(pin, Assert.Single(pins));
        Assert.Contains("--workspace", (await _lab.RefusedAsync(entry)).Hint, StringComparison.Ordinal);
    }

    private static WorkspaceSource Entry(WebServer server, string path, byte[] content, Func<HttpSource, HttpSource>? change = null)
    {
        var http = new HttpSource { Url = $"{server.Url}/{path}", Checksum = Archive.Sum(content) };
        return new() { Path = "files", Http = change?.Invoke(http) ?? http };
    }

    private sealed class Settled(WorkspaceStatus pin) : IWorkspacePins
    {
        public Task<IReadOnlyList<WorkspaceStatus>> SettleAsync(
            IReadOnlyList<string> paths, Func<IReadOnlyList<string>, Task<IReadOnlyList<WorkspaceStatus>>> resolve, CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<WorkspaceStatus>>([pin]);
    }
}
