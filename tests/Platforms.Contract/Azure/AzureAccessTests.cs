using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ImageOperator.Api.Platforms;
using ImageOperator.Api.Platforms.Azure;
using ImageOperator.Api.Protocol;
using ImageOperator.Platforms.Azure;
using ImageOperator.Platforms.Contract.Tests.Azure.Cloud;

namespace ImageOperator.Platforms.Contract.Tests.Azure;

/// <summary>Who the builder is, over TLS, with the directory and the resource manager of an endpoint of its own; asked for by probes, as builders do.</summary>
[Trait("Category", "Cloud")]
public sealed class AzureAccessTests : IDisposable
{
    private const string Client = "12121212-3434-5656-7878-909090909090";

    private readonly string _folder = Directory.CreateTempSubdirectory("imageoperator-azure-").FullName;
    private readonly ArmCloud _cloud = new(TimeProvider.System);
    private readonly ArmServer _server;

    public AzureAccessTests() => _server = new ArmServer(_cloud);

    public void Dispose()
    {
        _server.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task SecretsClientSecret_IsSent_AndSaysWhoTheBuilderIs()
    {
        Write(("clientSecret", "first\n"));

        var result = await ProbeAsync(new() { SecretRef = new() { Name = "azure" } });

        Assert.Equal((ProbeOutcome.Works, $"application {Client}"), (result.Outcome, result.Identity));
        Assert.Contains($"Azure subscription Images ({ArmCloud.Subscription}) answers", result.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("first", result.Message, StringComparison.Ordinal);
        var asked = _cloud.TokenRequests.First();
        Assert.Equal(("client_credentials", Client, "first"), (asked["grant_type"], asked["client_id"], asked["client_secret"]));
        Assert.Equal($"{_server.Address}/.default", asked["scope"]);
    }

    [Fact]
    public async Task SecretsCertificate_SignsAnAssertion()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=builder", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
        Write(("clientCertificate", $"{certificate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n"));

        Assert.Equal(ProbeOutcome.Works, (await ProbeAsync(new() { SecretRef = new() { Name = "azure" } })).Outcome);

        var asked = _cloud.TokenRequests.First();
        Assert.Equal("urn:ietf:params:oauth:client-assertion-type:jwt-bearer", asked["client_assertion_type"]);
        Assert.Equal(3, asked["client_assertion"].Split('.').Length);
    }

    [Fact]
    public async Task ServiceAccountsToken_IsTheAssertion()
    {
        Write((PodPaths.TokenFile, "a.b.c\n"));

        Assert.Equal(ProbeOutcome.Works, (await ProbeAsync(new() { ServiceAccountName = "builders" })).Outcome);

        Assert.Equal("a.b.c", _cloud.TokenRequests.First()["client_assertion"]);
    }

    [Fact]
    public async Task SecretWithoutAKey_IsRefusedWithItsNames()
    {
        var result = await ProbeAsync(new() { SecretRef = new() { Name = "azure" } });

        Assert.Equal(ProbeOutcome.Refused, result.Outcome);
        Assert.Contains("neither clientSecret nor clientCertificate", result.Message, StringComparison.Ordinal);
        Assert.Empty(_cloud.TokenRequests);
    }

    [Theory]
    [InlineData("garbage")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----")]
    public async Task SecretsCertificate_ThatIsNone_IsRefusedAtOnce(string text)
    {
        Write(("clientCertificate", text));

        var result = await ProbeAsync(new() { SecretRef = new() { Name = "azure" } });

        Assert.Equal(ProbeOutcome.Refused, result.Outcome);
        Assert.Contains("clientCertificate of the platform's Secret", result.Message, StringComparison.Ordinal);
        Assert.Empty(_cloud.TokenRequests);
    }

    [Fact]
    public async Task DirectoryRefuses_IsToldWithItsWord()
    {
        Write(("clientSecret", "wrong-one"));
        _cloud.Tokens.Refusal = "invalid_client";

        var result = await ProbeAsync(new() { SecretRef = new() { Name = "azure" } });

        Assert.Equal(ProbeOutcome.Refused, result.Outcome);
        Assert.Contains("AADSTS7000215", result.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong-one", result.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(nameof(ArmFaultKind.Denied), ProbeOutcome.Refused)]
    [InlineData(nameof(ArmFaultKind.ServerError), ProbeOutcome.Failed)]
    [InlineData(nameof(ArmFaultKind.NoConnection), ProbeOutcome.Failed)]
    public async Task ResourceManagerSaysNo_IsTold(string kind, ProbeOutcome expected)
    {
        Write(("clientSecret", "first"));
        _cloud.Faults = [new("Microsoft.Resources/subscriptions/read", 1, 99, Enum.Parse<ArmFaultKind>(kind))];

        var result = await ProbeAsync(new() { SecretRef = new() { Name = "azure" } });

        Assert.Equal(expected, result.Outcome);
        Assert.Contains("Microsoft.Resources/subscriptions/read", result.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(AzureCloud.UsGovernment, "login.microsoftonline.us", "management.usgovcloudapi.net")]
    [InlineData(AzureCloud.China, "login.partner.microsoftonline.cn", "management.chinacloudapi.cn")]
    [InlineData(AzureCloud.Public, "login.microsoftonline.com", "management.azure.com")]
    public async Task CloudOfItsOwn_HasItsOwnDirectoryAndEndpoint(AzureCloud cloud, string directory, string manager)
    {
        Write(("clientSecret", "first"));
        var (hosts, cloudOf) = (new System.Collections.Concurrent.ConcurrentQueue<string>(), new ArmCloud(TimeProvider.System));

        var result = await new AzureProbe(new() { HttpHandler = () => new Noting(cloudOf, hosts) }).ProbeAsync(
            new()
            {
                Platform = new()
                {
                    Azure = new() { SubscriptionId = ArmCloud.Subscription, TenantId = ArmCloud.Tenant, ClientId = Client, Location = AzureSite.Location, Cloud = cloud },
                    Credentials = new() { SecretRef = new() { Name = "azure" } },
                },
                Credentials = _folder,
                Cache = _folder,
                Time = TimeProvider.System,
            },
            TestContext.Current.CancellationToken);

        Assert.Equal(ProbeOutcome.Works, result.Outcome);
        Assert.Contains(directory, hosts);
        Assert.Contains(manager, hosts);
        // The directory tells its own names at the public one, as it does in each cloud.
        Assert.Empty(hosts.Except([directory, manager, "login.microsoftonline.com", "login.chinacloudapi.cn"]));
        Assert.Contains(manager, cloudOf.TokenRequests.First()["scope"].Replace("management.core", "management", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task CertificateOfTheEndpoint_IsNotTrustedWithoutItsBundle()
    {
        Write(("clientSecret", "first"));

        Assert.Equal(ProbeOutcome.Failed, (await ProbeAsync(new() { SecretRef = new() { Name = "azure" } }, trusting: false)).Outcome);
        Assert.Empty(_cloud.TokenRequests);
    }

    private Task<ProbeResult> ProbeAsync(PlatformCredentials credentials, bool trusting = true) => new AzureProbe().ProbeAsync(
        new()
        {
            Platform = new()
            {
                Azure = new()
                {
                    SubscriptionId = ArmCloud.Subscription,
                    TenantId = ArmCloud.Tenant,
                    ClientId = Client,
                    Location = AzureSite.Location,
                    Cloud = AzureCloud.Custom,
                    Endpoint = _server.Address,
                    Audience = _server.Address,
                    AuthorityHost = _server.Address,
                    CaBundle = trusting ? _server.Bundle : null,
                },
                Credentials = credentials,
            },
            Credentials = _folder,
            Cache = _folder,
            Time = TimeProvider.System,
        },
        TestContext.Current.CancellationToken);

    private void Write(params (string Name, string Text)[] files)
    {
        foreach (var (name, text) in files) File.WriteAllText(Path.Combine(_folder, name), text);
    }

    private sealed class Noting(ArmCloud cloud, System.Collections.Concurrent.ConcurrentQueue<string> hosts) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            hosts.Enqueue(request.RequestUri!.Host);
            return cloud.SendAsync(request);
        }
    }
}
