using System.Net;
using System.Text;
using ImageOperator.Api.Conditions;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Publishing;
using ImageOperator.Engine.Ports;
using ImageOperator.Publishing.Tests.Bed;

namespace ImageOperator.Publishing.Tests.AzureBlob;

/// <summary>Against Azurite.</summary>
[Collection(typeof(AzureStorage))]
[Trait("Category", "Cloud")]
public sealed class AzureBlobTests(Azurite azurite, Bench bench) : IClassFixture<Bench>
{
    private const string Blob = "images/web.raw";

    [Fact]
    public async Task Image_IsThere_WithManifestAndChecksums()
    {
        var container = await Container.CreateAsync(azurite);
        var image = bench.Image(4 * Bench.MiB);
        var entry = container.Entry(manifest: true);
        var build = Of(image, entry with { AzureBlob = entry.AzureBlob! with { AccessTier = AzureAccessTier.Cool } });

        var status = await build.SucceedAsync();

        Assert.Equal(File.ReadAllBytes(image), await container.ReadAsync(Blob));
        var url = $"{azurite.Endpoint}/{container.Name}/images/web";
        Assert.Equal([("raw", $"{url}.raw"), ("manifest", $"{url}.manifest.json"), ("checksums", $"{url}.SHA256SUMS")], build.Published.Select(a => (a.Type, a.Id)));
        Assert.Equal(
            $"{Bench.Sha256(image)}  web.raw\n{Bench.Sha256(await container.ReadAsync("images/web.manifest.json"))}  web.manifest.json\n",
            Encoding.UTF8.GetString(await container.ReadAsync("images/web.SHA256SUMS")));
        var found = (await container.Client.GetBlobClient(Blob).GetPropertiesAsync()).Value;
        Assert.Equal(("Cool", Bench.Sha256(image), $"{build.Uid}-disk"), (found.AccessTier, found.Metadata["imageoperator_sha256"], found.Metadata["imageoperator_build"]));
        Assert.All(status.Resources!, r => Assert.False(r.Temporary));
        Assert.Equal(3, (await container.BlobsAsync()).Count);
        Assert.DoesNotContain(build.Store.History, t => t.Contains(Azurite.Key, StringComparison.Ordinal));
        await using var publication = Later(build);
        Assert.True(await publication.ExistsAsync(build.Published[0], TestContext.Current.CancellationToken));
        Assert.False(await publication.ExistsAsync(build.Published[0] with { Checksum = $"sha256:{new string('1', 64)}" }, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task NextAttempt_GoesOnWithTheBlocks()
    {
        var container = await Container.CreateAsync(azurite);
        var image = bench.Image(24 * Bench.MiB);
        var build = Of(image, container.Entry());
        var first = build.NextProcess();
        first.AtPoint = _ =>
        {
            if (first.Points.Count(p => p == "http PUT block!") == 5) first.Kill();
        };
        await build.RunAsync(first);
        var second = build.NextProcess();

        await build.RunAsync(second);

        Assert.Equal(TargetPhase.Succeeded, build.Status.Phase);
        Assert.InRange(second.Points.Count(p => p == "http PUT block"), 1, 19);
        Assert.Equal(File.ReadAllBytes(image), await container.ReadAsync(Blob));
    }

    [Fact]
    public async Task Interrupted_UploadStays_CancelledAndFailed_AllIsGone()
    {
        var container = await Container.CreateAsync(azurite);
        foreach (var reason in new[] { StopReason.Interrupted, StopReason.Cancelled })
        {
            var build = Of(bench.Image(8 * Bench.MiB), container.Entry());
            build.StopReason = reason;
            using var stop = new CancellationTokenSource();
            var process = build.NextProcess();
            process.AtPoint = _ =>
            {
                if (process.Points.Count(p => p == "http PUT block!") == 3) stop.Cancel();
            };

            var outcome = await build.RunAsync(process, stop.Token);

            Assert.Equal(reason == StopReason.Interrupted, outcome!.Interrupted);
            // What is on its way when a build is cancelled may arrive after the rest is dropped: Azure drops it, too, in a week.
            if (reason != StopReason.Interrupted) continue;
            Assert.True(await container.WaitingAsync(Blob) > 0);
            Assert.Empty((await build.SweepAsync())!);
            Assert.Equal(0, await container.WaitingAsync(Blob));
        }

        Assert.Empty(await container.BlobsAsync());
    }

    [Fact]
    public async Task BuildThatFailsLater_BringsBackWhatStoodThere()
    {
        var container = await Container.CreateAsync(azurite);
        await container.WriteAsync(Blob, "an older image", new Dictionary<string, string> { ["owner"] = "someone" });
        var build = Of(bench.Image(2 * Bench.MiB), container.Entry(manifest: true));
        build.FailsToDistribute = true;

        await build.FailAsync();

        Assert.Null(build.Status.CleanupErrors);
        Assert.Equal([Blob], await container.BlobsAsync());
        Assert.Equal("an older image", Encoding.UTF8.GetString(await container.ReadAsync(Blob)));
        Assert.Equal(["owner"], (await container.Client.GetBlobClient(Blob).GetPropertiesAsync()).Value.Metadata.Keys);
        Assert.Empty(build.Status.Resources ?? []);
    }

    [Fact]
    public async Task WhatWasReplaced_HasNoSnapshotAfterSuccess()
    {
        var container = await Container.CreateAsync(azurite);
        await container.WriteAsync(Blob, "an older image");
        var build = Of(bench.Image(2 * Bench.MiB), container.Entry());

        await build.SucceedAsync();

        Assert.Equal([Blob], await container.BlobsAsync());
        Assert.Equal(File.ReadAllBytes(build.Image), await container.ReadAsync(Blob));
    }

    [Fact]
    public async Task AnotherBuildsBlob_IsLeftAlone()
    {
        var container = await Container.CreateAsync(azurite);
        var build = Of(bench.Image(2 * Bench.MiB), container.Entry());
        var process = build.NextProcess();
        process.AtPoint = p =>
        {
            if (p == "distribute") process.Kill();
        };
        await build.RunAsync(process);
        await container.WriteAsync(Blob, "of another build");

        Assert.Empty((await build.SweepAsync())!);

        Assert.Equal("of another build", Encoding.UTF8.GetString(await container.ReadAsync(Blob)));
    }

    [Fact]
    public async Task AnotherBuildPublishesMeanwhile_TheBlocksAreSentAgain_AndTheLastOneWins()
    {
        var container = await Container.CreateAsync(azurite);
        var build = Of(bench.Image(2 * Bench.MiB), container.Entry());
        var meanwhile = new Before(r => r.Method == HttpMethod.Put && r.RequestUri!.Query.Contains("comp=blocklist", StringComparison.Ordinal), () => container.WriteAsync(Blob, "of another build"));
        build.Around = handler =>
        {
            meanwhile.InnerHandler = handler;
            return meanwhile;
        };

        await build.SucceedAsync();

        Assert.True(meanwhile.Happened);
        Assert.Equal(File.ReadAllBytes(build.Image), await container.ReadAsync(Blob));
        Assert.Equal([Blob], await container.BlobsAsync());
    }

    [Fact]
    public async Task WhatStandsThereIsNotWhatWasSent_Fails()
    {
        var container = await Container.CreateAsync(azurite);
        var build = Of(bench.Image(2 * Bench.MiB), container.Entry());
        build.Around = handler => new Tampering { InnerHandler = handler };

        var failure = await build.FailAsync();

        Assert.Equal((Reasons.ChecksumMismatch, BuildStage.Published), (failure.Reason, failure.Stage));
        Assert.Contains("targets[disk].publish[0].azureBlob", failure.Message, StringComparison.Ordinal);
        Assert.Empty(await container.BlobsAsync());
    }

    /// <param name="secret">The key of the Secret.</param>
    /// <param name="account">Whether the signature is the account's, not the container's.</param>
    /// <remarks>Azurite signs a snapshot's time also where the signature is a container's, which Azure does only for those of a snapshot.</remarks>
    [Theory]
    [InlineData("connectionString", false)]
    [InlineData("sasToken", true)]
    [InlineData("sasToken", false)]
    public async Task ConnectionStringAndSas_OpenTheContainer(string secret, bool account)
    {
        var container = await Container.CreateAsync(azurite);
        var entry = container.Entry();
        var value = secret == "connectionString" ? azurite.ConnectionString : container.Sas(account);
        Build Make()
        {
            var made = bench.Build(bench.Image(2 * Bench.MiB), secret == "sasToken" ? entry : entry with { AzureBlob = entry.AzureBlob! with { Endpoint = null } });
            made.Secret[secret] = value;
            return made;
        }

        if (account) await container.WriteAsync(Blob, "an older image");
        var failing = Make();
        failing.FailsToDistribute = true;
        await failing.FailAsync();
        // The copy of the snapshot needs the signature, too.
        Assert.True(failing.Status.CleanupErrors is null, string.Join("; ", failing.Status.CleanupErrors ?? []));
        if (account) Assert.Equal("an older image", Encoding.UTF8.GetString(await container.ReadAsync(Blob)));
        var build = Make();

        await build.SucceedAsync();

        Assert.Equal([$"{azurite.Endpoint}/{container.Name}/{Blob}"], build.Published.Select(a => a.Id));
        Assert.DoesNotContain(build.Store.History, t => t.Contains("sig=", StringComparison.Ordinal) || t.Contains(Azurite.Key, StringComparison.Ordinal));
        Assert.DoesNotContain(build.Log.Events, e => e.ToString().Contains("sig=", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ClientSecret_IsSentToTheAuthorityOnly_AndItsTokenToTheStorage()
    {
        var build = bench.Build(bench.Image(Bench.MiB), new()
        {
            Name = "web",
            AzureBlob = new() { Container = "images", Account = "example", Endpoint = "https://example.blob.core.example.com", AuthorityHost = "https://login.example.com", SecretRef = new() { Name = "a" } },
        });
        (build.Secret["tenantId"], build.Secret["clientId"], build.Secret["clientSecret"]) = ("11111111-1111-1111-1111-111111111111", "22222222-2222-2222-2222-222222222222", "s3cret");
        var cloud = new TokenCloud();
        build.Around = _ => cloud;

        var failure = await build.FailAsync();

        Assert.Equal(Reasons.Unauthorized, failure.Reason);
        Assert.Contains("Storage Blob Data Contributor", failure.Hint, StringComparison.Ordinal);
        Assert.Contains(cloud.Requests, r => r.StartsWith("login.example.com", StringComparison.Ordinal) && r.Contains("client_secret=s3cret", StringComparison.Ordinal));
        Assert.Contains(cloud.Requests, r => r.StartsWith("example.blob.core.example.com Bearer t0ken", StringComparison.Ordinal));
        Assert.DoesNotContain(cloud.Requests, r => r.StartsWith("example.blob", StringComparison.Ordinal) && r.Contains("s3cret", StringComparison.Ordinal));
    }

    [Fact]
    public async Task PodsIdentity_IsTheOneThatClientIdNames()
    {
        var build = bench.Build(bench.Image(Bench.MiB), new() { Name = "web", AzureBlob = new() { Container = "images", Account = "example", ClientId = "22222222-2222-2222-2222-222222222222" } });
        var cloud = new TokenCloud();
        build.Around = _ => cloud;

        var failure = await build.FailAsync();

        Assert.Equal(Reasons.Unauthorized, failure.Reason);
        Assert.Contains(cloud.Requests, r => r.StartsWith("169.254.169.254", StringComparison.Ordinal) && r.Contains("client_id=22222222-2222-2222-2222-222222222222", StringComparison.Ordinal));
        Assert.Contains(cloud.Requests, r => r.StartsWith("example.blob.core.windows.net Bearer t0ken", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("https://example.blob.core.example.com", null, "endpoint")]
    [InlineData("https://blob.core.windows.net.example.com", null, "endpoint")]
    [InlineData(null, "https://login.example.com", "authorityHost")]
    public async Task PodsIdentity_GoesToNoServerOfATemplate(string? endpoint, string? authority, string field)
    {
        // Validation refuses it without a Secret, and cannot see that one has nothing but an authority in it.
        var build = bench.Build(bench.Image(Bench.MiB), new()
        {
            Name = "web",
            AzureBlob = new() { Container = "images", Account = "example", Endpoint = endpoint, AuthorityHost = authority, SecretRef = new() { Name = "a" } },
        });
        build.Secret["ca.crt"] = Bench.Authority;
        var cloud = new TokenCloud();
        build.Around = _ => cloud;

        var failure = await build.FailAsync();

        Assert.Contains($"azureBlob.{field}: the pod's own identity", failure.Message, StringComparison.Ordinal);
        Assert.Empty(cloud.Requests);
    }

    [Fact]
    public async Task Failures_NameTheFieldAndTheMend()
    {
        var container = await Container.CreateAsync(azurite);
        var (entry, image) = (container.Entry(), bench.Image(2 * Bench.MiB));

        var missing = await Of(image, entry with { AzureBlob = entry.AzureBlob! with { Container = "not-there" } }).FailAsync();
        Assert.Contains("targets[disk].publish[0].azureBlob.container", missing.Message, StringComparison.Ordinal);
        Assert.Contains("create it", missing.Hint, StringComparison.Ordinal);

        var build = bench.Build(image, entry);
        build.Secret["accountKey"] = Convert.ToBase64String(new byte[64]);
        Assert.Equal(Reasons.Unauthorized, (await build.FailAsync()).Reason);

        build = bench.Build(image, entry);
        build.Secret["clientId"] = "22222222-2222-2222-2222-222222222222";
        Assert.Contains("has no key tenantId", (await build.FailAsync()).Message, StringComparison.Ordinal);

        build = bench.Build(image, entry with { AzureBlob = entry.AzureBlob with { Endpoint = "http://storage.example.com" } });
        build.Secret["sasToken"] = "sig=1";
        Assert.Contains("clear text", (await build.FailAsync()).Message, StringComparison.Ordinal);
    }

    private Build Of(string image, PublishEntry entry)
    {
        var build = bench.Build(image, entry);
        Container.Credentials(build);
        return build;
    }

    private static IPublication Later(Build build) => new PublicationFactory((_, _) => build.Secret, (_, _) => "").Create(new()
    {
        Identity = new(Guid.NewGuid().ToString(), "images", "later", "disk", 1),
        Target = new() { Name = "disk", Publish = build.Publish },
        StartTime = DateTimeOffset.UnixEpoch,
        Ledger = null!,
        Folders = new("", Path.Combine(Path.GetTempPath(), "none"), "", ""),
        Observer = build.Log,
        Time = TimeProvider.System,
    });

    /// <summary>Does something once, just before a request is sent.</summary>
    private sealed class Before(Func<HttpRequestMessage, bool> which, Func<Task> work) : DelegatingHandler
    {
        public bool Happened { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (!Happened && which(request))
            {
                Happened = true;
                await work();
            }

            return await base.SendAsync(request, cancellationToken);
        }
    }

    /// <summary>A storage that lists other blocks than it was sent.</summary>
    private sealed class Tampering : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var response = await base.SendAsync(request, cancellationToken);
            if (request.Method != HttpMethod.Get || !request.RequestUri!.Query.Contains("blocklisttype=committed", StringComparison.OrdinalIgnoreCase)) return response;
            var text = (await response.Content.ReadAsStringAsync(cancellationToken)).Replace("<Size>1048576</Size>", "<Size>1048575</Size>", StringComparison.Ordinal);
            response.Content = new StringContent(text, Encoding.UTF8, "application/xml");
            return response;
        }
    }

    /// <summary>An authority, and a machine's identity service, that give a token, and a storage that does not know whom it is of.</summary>
    private sealed class TokenCloud : HttpMessageHandler
    {
        public List<string> Requests { get; } = [];

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
            lock (Requests) Requests.Add($"{request.RequestUri!.Host} {request.Headers.Authorization} {body}{request.RequestUri.Query}");
            if (request.RequestUri!.Host == "169.254.169.254")
            {
                // As virtual machines are asked: first whether there is such a service at all.
                if (!request.Headers.Contains("Metadata")) return new(HttpStatusCode.BadRequest) { Content = new StringContent("{}", Encoding.UTF8, "application/json") };
                return new(HttpStatusCode.OK) { Content = new StringContent("""{"access_token":"t0ken","expires_in":"3600","expires_on":"4070908800","resource":"https://storage.azure.com/","token_type":"Bearer"}""", Encoding.UTF8, "application/json") };
            }

            if (request.RequestUri!.Host != "login.example.com") return new(HttpStatusCode.Forbidden) { Content = new ByteArrayContent([]) };
            var json = request.Method == HttpMethod.Get
                ? """{"token_endpoint":"https://login.example.com/11111111-1111-1111-1111-111111111111/oauth2/v2.0/token","authorization_endpoint":"https://login.example.com/a","issuer":"https://login.example.com/11111111-1111-1111-1111-111111111111/v2.0"}"""
                : """{"token_type":"Bearer","expires_in":3600,"access_token":"t0ken"}""";
            return new(HttpStatusCode.OK) { Content = new StringContent(json, Encoding.UTF8, "application/json") };
        }
    }
}
