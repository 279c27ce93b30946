using System.Collections.Concurrent;
using Amazon;
using Amazon.EC2;
using Amazon.KeyManagementService;
using Amazon.Runtime;
using Amazon.Runtime.Credentials;
using Amazon.SimpleSystemsManagement;
using ImageOperator.Api.Conditions;
using ImageOperator.Api.Targets.Aws;
using ImageOperator.Engine.Failures;
using ImageOperator.Platforms.Aws.Access;
using ImageOperator.Platforms.Aws.Iam;
using ImageOperator.Platforms.Aws.Waiting;

namespace ImageOperator.Platforms.Aws.Clients;

/// <summary>The SDK's clients, one of each service and region. Tries are ours: the SDK's would wait on another clock and hide what was called.</summary>
/// <param name="access">Where and as whom AWS is called.</param>
/// <param name="accounts">Other accounts, with the roles to assume there.</param>
/// <param name="looks">Who else waits, as the same caller; nobody if null.</param>
internal sealed class AwsClients(AwsAccess access, IReadOnlyList<AwsAccountCopy>? accounts = null, Looks? looks = null) : IDisposable
{
    // An emulator was seen to take 5 s for a call now and then; a hung connection must not take minutes.
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<string, IAmazonEC2> _ec2 = new();
    private readonly ConcurrentDictionary<string, AWSCredentials> _roles = new();
    private readonly ConcurrentDictionary<string, IAmazonSimpleSystemsManagement> _ssm = new();
    private readonly ConcurrentDictionary<string, IAmazonKeyManagementService> _kms = new();

    private HttpMessageInvoker? _invoker;
    private IIam? _iam;

    /// <summary>Who waits for what.</summary>
    public Looks Looks { get; } = looks ?? new();

    /// <summary>The region to build in.</summary>
    public string Region { get => field ??= access.Region ?? FromEnvironment(); private set; }

    /// <param name="at">A place; the region to build in if null.</param>
    public IAmazonEC2 Ec2(string? at = null) => _ec2.GetOrAdd(at ?? Region, place =>
    {
        var (account, region) = AwsPlace.Parse(place);
        return new AmazonEC2Client(Configured(new AmazonEC2Config(), account is null ? access : access with { Credentials = RoleIn(account) }, region));
    });

    /// <summary>Whether the builder has a role in the place's account, or needs none.</summary>
    public bool Knows(string place) => AwsPlace.Parse(place).Account is not { } account || accounts?.Any(a => AwsPlace.AccountOf(a) == account) == true;

    public IAmazonSimpleSystemsManagement Ssm(string? at = null) =>
        _ssm.GetOrAdd(at ?? Region, r => new AmazonSimpleSystemsManagementClient(Configured(new AmazonSimpleSystemsManagementConfig(), access, r)));

    public IAmazonKeyManagementService Kms(string at) =>
        _kms.GetOrAdd(at, r => new AmazonKeyManagementServiceClient(Configured(new AmazonKeyManagementServiceConfig(), access, r)));

    public IIam Iam => LazyInitializer.EnsureInitialized(ref _iam, () => new IamClient(IamEndpoint.Of(Region, access.Endpoint), Invoker, CredentialsAsync));

    /// <summary>Makes the requests that the SDK does not make.</summary>
    public HttpMessageInvoker Invoker => LazyInitializer.EnsureInitialized(ref _invoker, () => new HttpMessageInvoker(access.HttpHandler?.Invoke() ?? new SocketsHttpHandler()));

    /// <summary>Who the builder is, for the requests that the SDK does not sign.</summary>
    public Task<ImmutableCredentials> CredentialsAsync() => (access.Credentials ?? DefaultAWSCredentialsIdentityResolver.GetCredentials()).GetCredentialsAsync();

    public void Dispose()
    {
        _invoker?.Dispose();
        foreach (var client in _ec2.Values) client.Dispose();
        foreach (var client in _ssm.Values) client.Dispose();
        foreach (var client in _kms.Values) client.Dispose();
    }

    public static T Configured<T>(T config, AwsAccess access, string? region) where T : ClientConfig
    {
        config.MaxErrorRetry = 0;
        config.Timeout = CallTimeout;
        var at = region ?? FromEnvironment();
        config.RegionEndpoint = RegionEndpoint.GetBySystemName(at);
        if (access.HttpHandler is { } handler) config.HttpClientFactory = new HandlerFactory(handler);
        if (access.Credentials is { } credentials) config.DefaultAWSCredentials = credentials;
        if (access.Endpoint is not { } endpoint) return config;
        config.ServiceURL = endpoint;
        config.AuthenticationRegion = at;
        return config;
    }

    private AWSCredentials RoleIn(string account) => _roles.GetOrAdd(account, a =>
    {
        var copy = accounts?.FirstOrDefault(c => AwsPlace.AccountOf(c) == a) ?? throw new PlatformException(
            FailureKind.Auth, Reasons.Unauthorized, $"the target names no role of the account {a}", "name it in aws.image.accountCopies");
        return CredentialChain.RoleOf(access with { Region = access.Region ?? Region }, new() { RoleArn = copy.RoleArn, ExternalId = copy.ExternalId });
    });

    private static string FromEnvironment() => FallbackRegionFactory.GetRegionEndpoint()?.SystemName ?? throw new PlatformException(
        FailureKind.Terminal, Reasons.TemplateInvalid, "there is no region to build in", "set aws.region in the target, or AWS_REGION where the builder runs");

    private sealed class HandlerFactory(Func<HttpMessageHandler> handler) : HttpClientFactory
    {
        public override HttpClient CreateHttpClient(IClientConfig clientConfig) => new(handler()) { Timeout = CallTimeout };

        public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;

        public override bool DisposeHttpClientsAfterUse(IClientConfig clientConfig) => false;
    }
}
