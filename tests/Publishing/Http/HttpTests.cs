using ImageOperator.Api.Conditions;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Publishing.Tests.Bed;

namespace ImageOperator.Publishing.Tests.Http;

/// <summary>Against a web server on the loopback.</summary>
public sealed class HttpTests(Bench bench) : IClassFixture<Bench>
{
    private const string Header = "X-Checksum-Sha256";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Files_AreThere_WithHeadersOfTheSecret(bool serverSaysChecksums)
    {
        await using var server = await StartAsync(tls: true);
        server.ChecksumHeader = serverSaysChecksums ? Header : null;
        var seen = new List<string>();
        server.First = context =>
        {
            lock (seen) seen.Add($"{context.Request.Headers["X-Api-Key"]} {context.Request.Headers["X-Team"]} {context.Request.Headers.Authorization}");
            return Task.FromResult(false);
        };
        var image = bench.Image(8 * Bench.MiB);
        var build = bench.Build(image, new()
        {
            Name = "web",
            Checksums = true,
            Http = new()
            {
                Url = server.Url,
                ChecksumHeader = Header,
                Headers = new Dictionary<string, string> { ["X-Team"] = "web" },
                SecretRef = new() { Name = "h" },
                SecretHeaders = [new() { Name = "X-Api-Key", Key = "apiKey" }],
            },
        });
        build.Secret["apiKey"] = "s3cret-key\n";
        build.Secret["bearerToken"] = "s3cret-token";
        build.Secret["ca.crt"] = server.Authority;

        await build.SucceedAsync();

        Assert.Equal(File.ReadAllBytes(image), File.ReadAllBytes(Path.Combine(server.Folder, "web.raw")));
        Assert.Equal($"{Bench.Sha256(image)}  web.raw\n", File.ReadAllText(Path.Combine(server.Folder, "web.SHA256SUMS")));
        Assert.Equal([$"{server.Url}web.raw", $"{server.Url}web.SHA256SUMS"], build.Published.Select(a => a.Id));
        Assert.Equal(["s3cret-key web Bearer s3cret-token"], seen.Distinct());
        Assert.Equal(serverSaysChecksums, !server.Requests.Contains("GET /web.raw"));
        Assert.DoesNotContain(build.Store.History, t => t.Contains("s3cret", StringComparison.Ordinal));
        Assert.DoesNotContain(build.Log.Events, e => e.ToString().Contains("s3cret", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ServerThatKeepsSomethingElse_FailsTheBuild_AndIsNotDeletedFrom()
    {
        await using var server = await StartAsync();
        var build = bench.Build(bench.Image(2 * Bench.MiB), new() { Name = "web", Http = new() { Url = server.Url } });
        server.First = async context =>
        {
            if (context.Request.Method != "PUT") return false;
            await File.WriteAllTextAsync(Path.Combine(server.Folder, "web.raw"), "something else");
            await context.Request.Body.CopyToAsync(Stream.Null);
            return true;
        };

        var failure = await build.FailAsync();

        Assert.Equal(Reasons.ChecksumMismatch, failure.Reason);
        Assert.Contains("targets[disk].publish[0].http", failure.Message, StringComparison.Ordinal);
        Assert.Equal("something else", File.ReadAllText(Path.Combine(server.Folder, "web.raw")));
    }

    [Fact]
    public async Task NextAttempt_TakesWhatIsThere_AndSendsAgainWhatIsNot()
    {
        await using var server = await StartAsync();
        var image = bench.Image(8 * Bench.MiB);
        var build = bench.Build(image, new() { Name = "web", Http = new() { Url = server.Url } });
        foreach (var (point, puts) in new[] { ("http PUT object", 1), ("http PUT object!", 0) })
        {
            var killed = build.NextProcess();
            killed.AtPoint = p =>
            {
                if (p == point) killed.Kill();
            };
            await build.RunAsync(killed);
            lock (server.Requests) server.Requests.Clear();
            if (puts > 0) continue;
            await build.RunAsync();
            Assert.DoesNotContain("PUT /web.raw", server.Requests);
        }

        Assert.Equal(TargetPhase.Succeeded, build.Status.Phase);
        Assert.Equal(File.ReadAllBytes(image), File.ReadAllBytes(Path.Combine(server.Folder, "web.raw")));
    }

    [Fact]
    public async Task Unavailable_IsTriedAgain_AndSweepDeletes()
    {
        await using var server = await StartAsync();
        var build = bench.Build(bench.Image(2 * Bench.MiB), new() { Name = "web", Http = new() { Url = server.Url } });
        var failed = false;
        server.First = context =>
        {
            if (context.Request.Method != "PUT" || failed) return Task.FromResult(false);
            (failed, context.Response.StatusCode) = (true, 503);
            return Task.FromResult(true);
        };
        var process = build.NextProcess();
        process.AtPoint = p =>
        {
            if (p == "distribute") process.Kill();
        };
        await build.RunAsync(process);
        Assert.True(failed);
        Assert.True(File.Exists(Path.Combine(server.Folder, "web.raw")));

        Assert.Empty((await build.SweepAsync())!);

        Assert.Empty(Directory.EnumerateFiles(server.Folder));
    }

    [Fact]
    public async Task Refusals_NameTheFieldAndTheMend()
    {
        await using var server = await StartAsync();
        server.First = context =>
        {
            context.Response.StatusCode = 403;
            return Task.FromResult(true);
        };

        var failure = await bench.Build(bench.Image(Bench.MiB), new() { Http = new() { Url = server.Url } }).FailAsync();

        Assert.Equal((Reasons.Unauthorized, BuildStage.Published), (failure.Reason, failure.Stage));
        Assert.Contains("targets[disk].publish[0].http", failure.Message, StringComparison.Ordinal);
        Assert.Contains("secretRef", failure.Hint, StringComparison.Ordinal);
    }

    private Task<PutServer> StartAsync(bool tls = false) => PutServer.StartAsync(Path.Combine(bench.Folder, Guid.NewGuid().ToString("N")), tls);
}
