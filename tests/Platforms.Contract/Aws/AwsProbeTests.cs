using System.Net;
using System.Text;
using ImageOperator.Api.Platforms.Aws;
using ImageOperator.Api.Protocol;
using ImageOperator.Platforms.Aws;
using ImageOperator.Platforms.Contract.Tests.Aws.Cloud;

namespace ImageOperator.Platforms.Contract.Tests.Aws;

/// <summary>Whether an ImagePlatform's credentials work, asked of STS.</summary>
[Trait("Category", "Cloud")]
public sealed class AwsProbeTests(Moto moto) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("imageoperator-aws-").FullName;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Probe_KeysAndRoles_SaysWhoTheBuilderIs()
    {
        Write("AKIAFIRST", "secret");

        var result = await ProbeAsync(new() { Endpoint = moto.Address.ToString() }, new AssumedRole { RoleArn = "arn:aws:iam::123456789012:role/builders" });

        Assert.Equal(ProbeOutcome.Works, result.Outcome);
        Assert.Contains(":assumed-role/builders/", result.Identity, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", result.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Probe_KeyIsMissing_RefusedWithItsName()
    {
        Write("AKIAFIRST", null);

        var result = await ProbeAsync(new() { Endpoint = moto.Address.ToString() });

        Assert.Equal(ProbeOutcome.Refused, result.Outcome);
        Assert.Contains("has no secretAccessKey", result.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(HttpStatusCode.Forbidden, "InvalidClientTokenId", ProbeOutcome.Refused)]
    [InlineData(HttpStatusCode.NotFound, "", ProbeOutcome.Failed)]
    [InlineData(HttpStatusCode.ServiceUnavailable, "ServiceUnavailable", ProbeOutcome.Failed)]
    public async Task Probe_AwsSaysNo_IsTold(HttpStatusCode status, string code, ProbeOutcome expected)
    {
        Write("AKIAFIRST", "secret");

        var result = await ProbeAsync(new() { HttpHandler = () => new Refusal(status, code) });

        Assert.Equal(expected, result.Outcome);
        Assert.Contains("GetCallerIdentity", result.Message, StringComparison.Ordinal);
    }

    private Task<ProbeResult> ProbeAsync(AwsOptions options, params AssumedRole[] roles) => new AwsProbe(options).ProbeAsync(
        new()
        {
            Platform = new()
            {
                Aws = new() { Region = AwsSite.Region, AssumeRoles = roles },
                Credentials = new() { SecretRef = new() { Name = "keys" } },
            },
            Credentials = _folder,
            Cache = _folder,
            Time = TimeProvider.System,
        },
        Stop);

    private void Write(string id, string? secret)
    {
        File.WriteAllText(Path.Combine(_folder, "accessKeyId"), id);
        if (secret is not null) File.WriteAllText(Path.Combine(_folder, "secretAccessKey"), secret);
    }

    private sealed class Refusal(HttpStatusCode status, string code) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(status)
            {
                RequestMessage = request,
                Content = new StringContent($"<ErrorResponse><Error><Code>{code}</Code><Message>no</Message></Error></ErrorResponse>", Encoding.UTF8, "text/xml"),
            });
    }
}
