using System.Globalization;
using ImageOperator.Api.Conditions;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Engine.Failures;
using ImageOperator.Workspaces.Tests.Servers;

namespace ImageOperator.Workspaces.Tests;

/// <summary>Against git's own http-backend.</summary>
public sealed class GitTests : IDisposable
{
    private const string Password = "s3cret-git";

    private readonly Lab _lab = new();

    public void Dispose() => _lab.Dispose();

    [Fact]
    public async Task Branch_IsFetchedAtItsTip_WithoutRepository()
    {
        var first = await _lab.Repositories.CommitAsync("site.git", ("run.sh", "#!/bin/sh\n"), ("conf/a.conf", "1"), ("latest", "-> conf/a.conf"));
        await using var server = await WebServer.StartAsync(_lab.Server);

        var pins = await _lab.FetchAsync(Entry(server, new() { Branch = "main" }));

        Assert.Equal(["site/conf/a.conf", "site/latest", "site/run.sh"], _lab.Files());
        Assert.Equal("1", _lab.Read("site/latest"));
        Assert.True(File.GetUnixFileMode(Path.Combine(_lab.Workspace, "site/run.sh")).HasFlag(UnixFileMode.UserExecute));
        Assert.Equal(($"main@sha1:{first}", $"sha1:{first}", $"{server.Url}/git/site.git"), (pins[0].Revision, pins[0].Digest, pins[0].Url));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_lab.Scratch));
    }

    [Fact]
    public async Task Attempts_OfABuild_SeeTheSameCommit_ThoughTheBranchMoves()
    {
        var first = await _lab.Repositories.CommitAsync("site.git", ("a", "1"));
        await using var server = await WebServer.StartAsync(_lab.Server);
        var pins = new MemoryPins();
        await _lab.FetchAsync(Entry(server, new() { Branch = "main" }), pins);
        await _lab.Repositories.CommitAsync("site.git", ("a", "2"));
        Directory.Delete(_lab.Cache, recursive: true);

        var again = await _lab.FetchAsync(Entry(server, new() { Branch = "main" }), pins);

        Assert.Equal($"sha1:{first}", again[0].Digest);
        Assert.Equal("1", _lab.Read("site/a"));
    }

    [Fact]
    public async Task DefaultBranch_AnnotatedTag_AndCommit_AreFound()
    {
        var first = await _lab.Repositories.CommitAsync("site.git", ("a", "1"));
        await _lab.Repositories.GitAsync("site.git", "tag", "-a", "v1", "-m", "one");
        var second = await _lab.Repositories.CommitAsync("site.git", ("a", "2"));
        await using var server = await WebServer.StartAsync(_lab.Server);

        Assert.Equal(($"HEAD@sha1:{second}", "2"), ((await _lab.FetchAsync(Entry(server, null)))[0].Revision, _lab.Read("site/a")));
        Assert.Equal(($"v1@sha1:{first}", "1"), ((await _lab.FetchAsync(Entry(server, new() { Tag = "v1" })))[0].Revision, _lab.Read("site/a")));
        Assert.Equal((first, "1"), ((await _lab.FetchAsync(Entry(server, new() { Commit = first })))[0].Revision, _lab.Read("site/a")));
    }

    [Fact]
    public async Task Reference_ThatIsNotThere_IsToldWithThoseThatAre()
    {
        await _lab.Repositories.CommitAsync("site.git", ("a", "1"));
        await using var server = await WebServer.StartAsync(_lab.Server);

        var e = await _lab.RefusedAsync(Entry(server, new() { Branch = "mian" }));

        Assert.Equal((Reasons.WorkspaceUnavailable, FailureKind.Terminal, "it has main"), (e.Reason, e.Kind, e.Hint));
        Assert.StartsWith("workspace[site].git.ref.branch: ", e.Message, StringComparison.Ordinal);
        var unknown = await _lab.RefusedAsync(Entry(server, new() { Commit = new('a', 40) }));
        Assert.Contains("has no commit aaaa", unknown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Repository_ThatIsNotThere_NamesTheField()
    {
        await using var server = await WebServer.StartAsync(_lab.Server);

        var e = await _lab.RefusedAsync(Entry(server, null));

        Assert.StartsWith("workspace[site].git.url: ", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Second_BuildOfTheNode_FetchesNothing()
    {
        var commit = await _lab.Repositories.CommitAsync("site.git", ("a", "1"));
        await using var server = await WebServer.StartAsync(_lab.Server);
        await _lab.FetchAsync(Entry(server, new() { Commit = commit }));
        var before = server.Requests.Count;

        await _lab.FetchAsync(Entry(server, new() { Commit = commit }));

        Assert.Equal("1", _lab.Read("site/a"));
        Assert.Equal(before, server.Requests.Count);
    }

    [Fact]
    public async Task CachedPack_ThatSomeoneChanged_IsFetchedAgain()
    {
        var commit = await _lab.Repositories.CommitAsync("site.git", ("a", "1"));
        var other = await _lab.Repositories.CommitAsync("site.git", ("a", "evil"));
        await using var server = await WebServer.StartAsync(_lab.Server);
        await _lab.FetchAsync(Entry(server, new() { Commit = commit }));
        await _lab.FetchAsync(Entry(server, new() { Commit = other }));
        var packs = Directory.GetFiles(_lab.Cache, "*.pack", SearchOption.AllDirectories);
        File.Copy(packs.Single(p => p.Contains(other, StringComparison.Ordinal)), packs.Single(p => p.Contains(commit, StringComparison.Ordinal)), overwrite: true);

        await _lab.FetchAsync(Entry(server, new() { Commit = commit }));

        Assert.Equal("1", _lab.Read("site/a"));
        Assert.Contains(_lab.Said, s => s.Contains("damaged", StringComparison.Ordinal));
    }

    [Fact]
    public async Task SubPath_TakesAFolder()
    {
        await _lab.Repositories.CommitAsync("site.git", ("a", "1"), ("deep/er/b", "2"));
        await using var server = await WebServer.StartAsync(_lab.Server);

        await _lab.FetchAsync(Entry(server, null, git => git with { SubPath = "deep/er" }));

        Assert.Equal(["site/b"], _lab.Files());
        Assert.Contains("git.subPath: ", (await _lab.RefusedAsync(Entry(server, null, git => git with { SubPath = "a" }))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-> /etc/passwd")]
    [InlineData("-> ../../../etc/passwd")]
    [InlineData("-> conf/../../x")]
    public async Task Link_ThatLeadsOut_IsRefused(string target)
    {
        await _lab.Repositories.CommitAsync("site.git", ("conf/a", "1"), ("evil", target));
        await using var server = await WebServer.StartAsync(_lab.Server);

        var e = await _lab.RefusedAsync(Entry(server, null));

        Assert.Contains("the link \"evil\" leads out of its folder", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Submodules_AreFetchedAtTheirCommits_IfAsked()
    {
        await _lab.Repositories.CommitAsync("lib.git", ("lib", "1"));
        await _lab.Repositories.CommitAsync("site.git", ("a", "1"));
        await _lab.Repositories.GitAsync("site.git", "submodule", "--quiet", "add", _lab.Repositories.PathOf("lib.git"), "vendor/lib");
        await _lab.Repositories.GitAsync("site.git", "config", "-f", ".gitmodules", "submodule.vendor/lib.url", "../lib.git");
        await _lab.Repositories.CommitAsync("site.git");
        await _lab.Repositories.CommitAsync("lib.git", ("lib", "2"));
        await using var server = await WebServer.StartAsync(_lab.Server);

        await _lab.FetchAsync(Entry(server, null, git => git with { RecurseSubmodules = true }));
        Assert.Equal("1", _lab.Read("site/vendor/lib/lib"));
        await _lab.FetchAsync(Entry(server, null));
        Assert.False(File.Exists(Path.Combine(_lab.Workspace, "site/vendor/lib/lib")));
    }

    [Theory]
    [InlineData("file:///etc")]
    [InlineData("ext::sh -c id")]
    [InlineData("--upload-pack=id")]
    public async Task Submodule_OfAStrangeAddress_IsRefused(string url)
    {
        await _lab.Repositories.CommitAsync("lib.git", ("lib", "1"));
        await _lab.Repositories.CommitAsync("site.git", ("a", "1"));
        await _lab.Repositories.GitAsync("site.git", "submodule", "--quiet", "add", _lab.Repositories.PathOf("lib.git"), "vendor/lib");
        await _lab.Repositories.GitAsync("site.git", "config", "-f", ".gitmodules", "submodule.vendor/lib.url", url);
        await _lab.Repositories.CommitAsync("site.git");
        await using var server = await WebServer.StartAsync(_lab.Server);

        var e = await _lab.RefusedAsync(Entry(server, null, git => git with { RecurseSubmodules = true }));

        Assert.Contains("the submodule vendor/lib", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Https_LogsIn_AndLeavesNoCredentials()
    {
        await _lab.Repositories.CommitAsync("site.git", ("a", "1"));
        await using var server = await WebServer.StartAsync(_lab.Server, tls: true, password: Password);
        _lab.Secrets["git"] = new() { ["username"] = "robot", ["password"] = Password + "\n", ["ca.crt"] = server.Authority };

        await _lab.FetchAsync(Entry(server, null, git => git with { SecretRef = new() { Name = "git" } }));

        Assert.Equal("1", _lab.Read("site/a"));
        Assert.DoesNotContain(_lab.Said, s => s.Contains(Password, StringComparison.Ordinal));
        foreach (var file in Directory.EnumerateFiles(_lab.Root, "*", SearchOption.AllDirectories).Where(f => !f.StartsWith(_lab.Server, StringComparison.Ordinal)))
        {
            Assert.False((await File.ReadAllBytesAsync(file)).AsSpan().IndexOf("s3cret-git"u8) >= 0, file);
        }

        Assert.Empty(Directory.EnumerateFileSystemEntries(_lab.Scratch));
    }

    [Fact]
    public async Task Https_WrongPassword_UnknownAuthority_MissingKey_AreRefusals()
    {
        await _lab.Repositories.CommitAsync("site.git", ("a", "1"));
        await using var server = await WebServer.StartAsync(_lab.Server, tls: true, password: Password);
        var entry = Entry(server, null, git => git with { SecretRef = new() { Name = "git" } });

        foreach (var (secret, word) in new (Dictionary<string, string>, string)[]
        {
            (new() { ["username"] = "robot", ["password"] = "wrong", ["ca.crt"] = server.Authority }, "Authentication failed"),
            (new() { ["username"] = "robot", ["password"] = Password }, "certificate"),
            (new() { ["password"] = Password, ["ca.crt"] = server.Authority }, "has no key username"),
        })
        {
            _lab.Secrets["git"] = secret;
            var e = await _lab.RefusedAsync(entry);
            Assert.Equal((FailureKind.Auth, Reasons.Unauthorized), (e.Kind, e.Reason));
            Assert.StartsWith("workspace[site].git.secretRef: ", e.Message, StringComparison.Ordinal);
            Assert.Contains(word, e.Message, StringComparison.Ordinal);
            Assert.DoesNotContain(Password, e.Message + e.Hint, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Cache_OfOthersCredentials_IsNotFound()
    {
        var commit = await _lab.Repositories.CommitAsync("site.git", ("a", "1"));
        await using var server = await WebServer.StartAsync(_lab.Server, tls: true, password: Password);
        _lab.Secrets["git"] = new() { ["username"] = "robot", ["password"] = Password, ["ca.crt"] = server.Authority };
        var entry = Entry(server, new() { Commit = commit }, git => git with { SecretRef = new() { Name = "git" } });
        await _lab.FetchAsync(entry);

        _lab.Namespace = "team-b";
        _lab.Secrets["git"]["password"] = "unknown";

        Assert.Equal(FailureKind.Auth, (await _lab.RefusedAsync(entry)).Kind);
    }

    [Fact]
    public async Task Parameter_IsExpanded()
    {
        await _lab.Repositories.CommitAsync("site.git", ("a", "1"));
        await using var server = await WebServer.StartAsync(_lab.Server);
        _lab.Parameters["repository"] = "site";

        await _lab.FetchAsync(Entry(server, null, git => git with { Url = $"{server.Url}/git/$(params.repository).git" }));

        Assert.Equal("1", _lab.Read("site/a"));
        _lab.Parameters["repository"] = "x --upload-pack=id";
        Assert.Equal(Reasons.TemplateInvalid, (await _lab.RefusedAsync(Entry(server, null, git => git with { Url = $"{server.Url}/git/$(params.repository).git" }))).Reason);
    }

    [Fact]
    public async Task Ssh_PinsTheHostKey()
    {
        await _lab.Repositories.CommitAsync("site.git", ("a", "1"));
        await using var server = await GitSshServer.StartAsync(Path.Combine(_lab.Server, "sshd"));
        _lab.Secrets["git"] = new() { ["identity"] = server.Identity, ["known_hosts"] = server.KnownHosts };

        var pins = await _lab.FetchAsync(Ssh(server));

        Assert.Equal("1", _lab.Read("site/a"));
        Assert.StartsWith("main@sha1:", pins[0].Revision, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_lab.Scratch));
    }

    [Fact]
    public async Task Ssh_AnotherHostKey_NoKnownHosts_AnotherIdentity_AreRefusals()
    {
        await _lab.Repositories.CommitAsync("site.git", ("a", "1"));
        await using var server = await GitSshServer.StartAsync(Path.Combine(_lab.Server, "sshd"));
        foreach (var (secret, word) in new (Dictionary<string, string>, string)[]
        {
            (new() { ["identity"] = server.Identity, ["known_hosts"] = server.WrongKnownHosts }, "host key"),
            (new() { ["identity"] = server.Identity, ["known_hosts"] = "other.example.com ssh-ed25519 AAAA" }, "host key"),
            (new() { ["identity"] = server.Identity }, "has no key known_hosts"),
            (new() { ["known_hosts"] = server.KnownHosts }, "has no key identity"),
            (new() { ["identity"] = server.OtherIdentity, ["known_hosts"] = server.KnownHosts }, "Permission denied"),
        })
        {
            _lab.Secrets["git"] = secret;
            var e = await _lab.RefusedAsync(Ssh(server));
            Assert.Equal((FailureKind.Auth, Reasons.Unauthorized), (e.Kind, e.Reason));
            Assert.Contains(word, e.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("PRIVATE KEY", e.Message + e.Hint, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Ssh_ServerThatIsAway_MayComeBack()
    {
        await using var server = await GitSshServer.StartAsync(Path.Combine(_lab.Server, "sshd"));
        _lab.Secrets["git"] = new() { ["identity"] = server.Identity, ["known_hosts"] = server.KnownHosts };
        await server.DisposeAsync();

        var e = await _lab.RefusedAsync(new() { Path = "site", Git = new() { Url = $"{server.Address}/site.git", SecretRef = new() { Name = "git" } } });

        Assert.Contains("Connection refused", e.Message, StringComparison.Ordinal);
        Assert.Contains(_lab.Said, s => s.Contains("again", StringComparison.Ordinal));
    }

    private WorkspaceSource Ssh(GitSshServer server) =>
        new() { Path = "site", Git = new() { Url = $"{server.Address}{_lab.Repositories.PathOf("site.git")}", Ref = new() { Branch = "main" }, SecretRef = new() { Name = "git" } } };

    private static WorkspaceSource Entry(WebServer server, GitReference? reference, Func<GitSource, GitSource>? change = null)
    {
        var git = new GitSource { Url = string.Create(CultureInfo.InvariantCulture, $"{server.Url}/git/site.git"), Ref = reference };
        return new() { Path = "site", Git = change?.Invoke(git) ?? git };
    }
}
