using System.Text;
using System.Text.Json.Nodes;
using ImageOperator.Api.Conditions;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Publishing;
using ImageOperator.Publishing.Tests.Bed;
using Microsoft.AspNetCore.Http;

namespace ImageOperator.Publishing.Tests.Gcs;

/// <summary>Against the double of Google Cloud Storage.</summary>
public sealed class GcsTests(Bench bench) : IClassFixture<Bench>
{
    private const string Name = "images/web.raw";

    [Fact]
    public async Task Image_IsThere_WithManifestAndChecksums()
    {
        await using var server = await GcsServer.StartAsync();
        var image = bench.Image(4 * Bench.MiB);
        var build = Of(server, image, e => e with { Manifest = true, Checksums = true, Gcs = e.Gcs! with { StorageClass = "NEARLINE" } });

        await build.SucceedAsync();

        var live = server.Store.Live(Name)!;
        Assert.Equal(File.ReadAllBytes(image), live.Content);
        Assert.Equal(("NEARLINE", Bench.Sha256(image), $"{build.Uid}-disk"), ((string?)live.Described["storageClass"], (string?)live.Described["metadata"]!["imageoperator-sha256"], (string?)live.Described["metadata"]!["imageoperator-build"]));
        Assert.Equal([("raw", $"gs://images/{Name}"), ("manifest", "gs://images/images/web.manifest.json"), ("checksums", "gs://images/images/web.SHA256SUMS")], build.Published.Select(a => (a.Type, a.Id)));
        Assert.Equal(0, server.Store.OpenUploads);
        Assert.All(build.Status.Resources!, r => Assert.False(r.Temporary));
    }

    [Fact]
    public async Task NothingSecret_StandsInTheLedgerOrTheLog()
    {
        await using var server = await GcsServer.StartAsync();
        var build = Of(server, bench.Image(4 * Bench.MiB));

        await build.SucceedAsync();

        // Tokens, and the addresses of uploads.
        Assert.DoesNotContain(build.Store.History, t => t.Contains("s3cret", StringComparison.Ordinal) || t.Contains("PRIVATE KEY", StringComparison.Ordinal));
        Assert.DoesNotContain(build.Log.Events, e => e.ToString().Contains("s3cret", StringComparison.Ordinal));
        Assert.Contains(build.Store.History, t => t.Contains("\"session\"", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task NextAttempt_GoesOn_OrBeginsAnewWithAnotherKey(bool anotherKey)
    {
        await using var server = await GcsServer.StartAsync();
        var image = bench.Image(4 * Bench.MiB);
        var build = Of(server, image);
        var first = build.NextProcess();
        first.AtPoint = _ =>
        {
            // The first request to an upload asks how it stands.
            if (first.Points.Count(p => p == "http PUT session!") == 9) first.Kill();
        };
        await build.RunAsync(first);
        if (anotherKey) build.Secret["key.json"] = server.KeyJson.Replace("\"1\"", "\"2\"", StringComparison.Ordinal);
        Assert.Empty(server.Store.Names);
        var second = build.NextProcess();

        await build.RunAsync(second);

        Assert.True(build.Status.Phase == TargetPhase.Succeeded, build.Status.Failure?.Message);
        Assert.Equal(anotherKey, second.Points.Contains("http POST begin"));
        Assert.Equal(File.ReadAllBytes(image), server.Store.Live(Name)!.Content);
    }

    [Fact]
    public async Task PartsOfChunks_LostUploads_AndTroubles_AreGotOver()
    {
        await using var server = await GcsServer.StartAsync();
        server.Store.MostOfChunk = 512 << 10;
        var image = bench.Image(6 * Bench.MiB);
        var build = Of(server, image, e => e with { Gcs = e.Gcs! with { ChunkSize = new(1L << 20) } });
        var (puts, lost) = (0, false);
        server.First = async context =>
        {
            if (context.Request.Method != "PUT") return false;
            if (++puts == 3)
            {
                context.Response.StatusCode = 503;
                await context.Request.Body.CopyToAsync(Stream.Null);
                return true;
            }

            if (puts == 6)
            {
                lost = true;
                server.Store.LoseUploads();
            }

            // The last chunk is smaller than what is kept of one.
            if (lost) server.Store.MostOfChunk = int.MaxValue;
            return false;
        };

        await build.SucceedAsync();

        Assert.True(lost);
        Assert.Equal(File.ReadAllBytes(image), server.Store.Live(Name)!.Content);
    }

    [Fact]
    public async Task AnotherBuildPublishesMeanwhile_TheUploadStartsOver()
    {
        await using var server = await GcsServer.StartAsync();
        var image = bench.Image(4 * Bench.MiB);
        var build = Of(server, image);
        var puts = 0;
        server.First = _ =>
        {
            if (++puts == 6) server.Store.Put(Name, "of another build"u8.ToArray());
            return Task.FromResult(false);
        };

        await build.SucceedAsync();

        Assert.Equal(File.ReadAllBytes(image), server.Store.Live(Name)!.Content);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task BuildThatFailsLater_BringsBackWhatTheBucketStillHas(bool versions, bool softDelete)
    {
        await using var server = await GcsServer.StartAsync();
        (server.Store.Versions, server.Store.SoftDelete) = (versions, softDelete);
        server.Store.Put(Name, "an older image"u8.ToArray(), new JsonObject { ["contentType"] = "text/plain" });
        var build = Of(server, bench.Image(2 * Bench.MiB), e => e with { Manifest = true });
        build.FailsToDistribute = true;

        await build.FailAsync();

        Assert.Null(build.Status.CleanupErrors);
        Assert.Equal(versions || softDelete ? [Name] : [], server.Store.Names);
        if (versions || softDelete) Assert.Equal("an older image", Encoding.UTF8.GetString(server.Store.Live(Name)!.Content));
        // The one that was brought back was copied; ours is gone.
        Assert.Equal(versions ? 1 : 0, server.Store.Noncurrent);
    }

    [Fact]
    public async Task Cancelled_UploadIsEnded_AndAnotherBuildsObjectStays()
    {
        await using var server = await GcsServer.StartAsync();
        server.Store.Put(Name, "of another build"u8.ToArray());
        var build = Of(server, bench.Image(4 * Bench.MiB));
        using var stop = new CancellationTokenSource();
        var process = build.NextProcess();
        process.AtPoint = _ =>
        {
            if (process.Points.Count(p => p == "http PUT session!") == 4) stop.Cancel();
        };

        await build.RunAsync(process, stop.Token);

        Assert.Null(build.Status.CleanupErrors);
        Assert.Equal(0, server.Store.OpenUploads);
        Assert.Equal("of another build", Encoding.UTF8.GetString(server.Store.Live(Name)!.Content));
    }

    [Fact]
    public async Task WhatStandsThereIsNotWhatWasSent_IsRefusedByTheStorage()
    {
        await using var server = await GcsServer.StartAsync();
        server.Store.Damage = content => content[^1] ^= 1;
        var build = Of(server, bench.Image(2 * Bench.MiB));

        var failure = await build.FailAsync();

        Assert.Equal((Reasons.ChecksumMismatch, BuildStage.Published), (failure.Reason, failure.Stage));
        Assert.Contains("targets[disk].publish[0].gcs", failure.Message, StringComparison.Ordinal);
        Assert.Empty(server.Store.Names);
    }

    [Fact]
    public async Task Failures_NameTheFieldAndTheMend()
    {
        await using var server = await GcsServer.StartAsync();
        var image = bench.Image(Bench.MiB);

        var missing = await Of(server, image, e => e with { Gcs = e.Gcs! with { Bucket = "not-there" } }).FailAsync();
        Assert.Contains("targets[disk].publish[0].gcs.bucket", missing.Message, StringComparison.Ordinal);
        Assert.Contains("create it", missing.Hint, StringComparison.Ordinal);

        var build = Of(server, image);
        build.Secret.Clear();
        Assert.Contains("has no key.json", (await build.FailAsync()).Message, StringComparison.Ordinal);

        build = Of(server, image);
        build.Secret["key.json"] = "no JSON s3cret";
        var unreadable = await build.FailAsync();
        Assert.Equal(Reasons.Unauthorized, unreadable.Reason);
        Assert.DoesNotContain("s3cret", unreadable.Message, StringComparison.Ordinal);

        server.First = async context =>
        {
            if (context.Request.Path == "/token") return false;
            context.Response.StatusCode = 403;
            await context.Response.WriteAsync("""{"error":{"code":403,"message":"builder does not have storage.objects.create access"}}""");
            return true;
        };
        var refused = await Of(server, image).FailAsync();
        Assert.Equal(Reasons.Unauthorized, refused.Reason);
        Assert.Contains("roles/storage.objectUser", refused.Hint, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task WorkloadIdentityFederation_WithoutAndWithImpersonation(bool impersonates)
    {
        await using var server = await GcsServer.StartAsync();
        var token = Path.Combine(bench.Folder, $"token-{impersonates}");
        await File.WriteAllTextAsync(token, GcsServer.ClusterToken, TestContext.Current.CancellationToken);
        var build = Of(server, bench.Image(Bench.MiB));
        build.Secret["key.json"] = server.FederationJson(token, impersonates);

        await build.SucceedAsync();

        Assert.Equal(File.ReadAllBytes(build.Image), server.Store.Live(Name)!.Content);
        Assert.Equal(impersonates, server.Requests.Contains("POST /impersonate"));
        await File.WriteAllTextAsync(token, "of another cluster", TestContext.Current.CancellationToken);
        build = Of(server, bench.Image(Bench.MiB));
        build.Secret["key.json"] = server.FederationJson(token, impersonates);
        var refused = await build.FailAsync();
        Assert.Equal(Reasons.Unauthorized, refused.Reason);
        Assert.Contains("The token is not of the pool", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PodsIdentity_GoesToNoServerOfATemplate()
    {
        var build = bench.Build(bench.Image(Bench.MiB), new() { Name = "web", Gcs = new() { Bucket = "images", Endpoint = "https://collector.example.com", SecretRef = new() { Name = "g" } } });
        build.Secret["ca.crt"] = Bench.Authority;

        Assert.Contains("gcs.endpoint: the pod's own identity", (await build.FailAsync()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Checksum_IsCastagnolis()
    {
        // RFC 3720, B.4: of 32 zeros 8a9136aa; and a length that is no multiple of words.
        Assert.Equal("ipE2qg==", Publishing.Gcs.Crc32C.Of(new byte[32]));
        var bytes = Encoding.ASCII.GetBytes("123456789");
        Assert.Equal("4waSgw==", Publishing.Gcs.Crc32C.Of(bytes));
        Assert.Equal(GcsStore.Crc32C(bytes), Publishing.Gcs.Crc32C.Of(bytes));
    }

    internal static PublishEntry Entry(GcsServer server) => new()
    {
        Name = "web",
        Gcs = new() { Bucket = server.Store.Bucket, ObjectPrefix = "images/", Endpoint = server.Url, SecretRef = new() { Name = "g" }, ChunkSize = new(256L << 10) },
    };

    private Build Of(GcsServer server, string image, Func<PublishEntry, PublishEntry>? with = null)
    {
        var build = bench.Build(image, with is null ? Entry(server) : with(Entry(server)));
        build.Secret["key.json"] = server.KeyJson;
        return build;
    }
}
