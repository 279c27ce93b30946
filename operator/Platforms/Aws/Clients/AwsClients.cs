using System.Collections.Concurrent;
using Amazon;
using Amazon.EC2;
using Amazon.Runtime;
using Amazon.SimpleSystemsManagement;
using ImageOperator.Api.Conditions;
using ImageOperator.Engine.Failures;

namespace ImageOperator.Platforms.Aws.Clients;

/// <summary>The SDK's clients, one of each service and region. Tries are ours: the SDK's would wait on another clock and hide what was called.</summary>
internal sealed class AwsClients(AwsOptions options, string? region) : IDisposable
{
    // An emulator was seen to take 5 s for a call now and then; a hung connection must not take minutes.
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<string, IAmazonEC2> _ec2 = new();
    private readonly ConcurrentDictionary<string, IAmazonSimpleSystemsManagement> _ssm = new();
    private readonly HandlerFactory? _http = options.HttpHandler is { } handler ? new HandlerFactory(handler) : null;

    /// <summary>The region to build in.</summary>
    public string Region { get => field ??= region ?? FromEnvironment(); private set; }

    public IAmazonEC2 Ec2(string? at = null) => _ec2.GetOrAdd(at ?? Region, r => new AmazonEC2Client(Configured(new AmazonEC2Config(), r)));

    public IAmazonSimpleSystemsManagement Ssm(string? at = null) =>
        _ssm.GetOrAdd(at ?? Region, r => new AmazonSimpleSystemsManagementClient(Configured(new AmazonSimpleSystemsManagementConfig(), r)));

    public void Dispose()
    {
        foreach (var client in _ec2.Values) client.Dispose();
        foreach (var client in _ssm.Values) client.Dispose();
    }

    private T Configured<T>(T config, string at) where T : ClientConfig
    {
        config.MaxErrorRetry = 0;
        config.Timeout = CallTimeout;
        config.RegionEndpoint = RegionEndpoint.GetBySystemName(at);
        if (_http is not null) config.HttpClientFactory = _http;
        if (options.Credentials is { } credentials) config.DefaultAWSCredentials = credentials;
        if (options.Endpoint is not { } endpoint) return config;
        config.ServiceURL = endpoint;
        config.AuthenticationRegion = at;
        return config;
    }

    private static string FromEnvironment() => FallbackRegionFactory.GetRegionEndpoint()?.SystemName ?? throw new PlatformException(
        FailureKind.Terminal, Reasons.TemplateInvalid, "there is no region to build in", "set aws.region in the target, or AWS_REGION where the builder runs");

    private sealed class HandlerFactory(Func<HttpMessageHandler> handler) : HttpClientFactory
    {
        public override HttpClient CreateHttpClient(IClientConfig clientConfig) => new(handler()) { Timeout = CallTimeout };

        public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;

        public override bool DisposeHttpClientsAfterUse(IClientConfig clientConfig) => false;
    }
}
