using Azure;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.ResourceManager;
using Azure.ResourceManager.Resources;
using ImageOperator.Platforms.Azure.Access;
using ImageOperator.Platforms.Azure.Calls;

namespace ImageOperator.Platforms.Azure.Clients;

/// <summary>The SDK's client. Tries are ours: the SDK's would wait on another clock and hide what was called.</summary>
internal sealed class AzureClients : IDisposable
{
    /// <summary>The same in all clouds.</summary>
    private const string StorageScope = "https://storage.azure.com/.default";
    private const string StorageVersion = "2021-12-02";

    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(60);

    // Pinned, so that nobody asks Azure for them at each start.
    private static readonly (string Type, string Version)[] Versions =
    [
        ("Microsoft.Compute/disks", "2023-04-02"),
        ("Microsoft.Compute/snapshots", "2023-04-02"),
        ("Microsoft.Compute/images", "2023-07-01"),
        ("Microsoft.Compute/virtualMachines", "2023-07-01"),
        // The first that can block deletion; from 2026-03-03 on it is blocked for six months where nobody says otherwise.
        ("Microsoft.Compute/galleries", "2024-03-03"),
        ("Microsoft.Compute/galleries/images", "2024-03-03"),
        ("Microsoft.Compute/galleries/images/versions", "2024-03-03"),
        ("Microsoft.Network/networkInterfaces", "2023-09-01"),
        ("Microsoft.Network/networkSecurityGroups", "2023-09-01"),
        ("Microsoft.Network/publicIPAddresses", "2023-09-01"),
        ("Microsoft.Network/virtualNetworks", "2023-09-01"),
    ];

    private readonly HttpClient? _http;
    private readonly HttpPipeline _pipeline;
    private readonly HttpPipeline _storage;

    public AzureClients(AzureAccess access)
    {
        Access = access;
        var options = new ArmClientOptions { Environment = access.Environment };
        options.Retry.MaxRetries = 0;
        options.Retry.NetworkTimeout = CallTimeout;
        foreach (var (type, version) in Versions) options.SetApiVersion(new(type), version);
        if (access.HttpHandler is { } handler) options.Transport = new HttpClientTransport(_http = new HttpClient(handler()) { Timeout = Timeout.InfiniteTimeSpan });
        var watch = new RateWatch(left => Remaining?.Invoke(left));
        options.AddPolicy(watch, HttpPipelinePosition.PerCall);
        var plain = new PlainOptions();
        plain.Retry.MaxRetries = 0;
        plain.Retry.NetworkTimeout = CallTimeout;
        if (options.Transport is { } transport && _http is not null) plain.Transport = transport;
        _pipeline = HttpPipelineBuilder.Build(plain, watch, new BearerTokenAuthenticationPolicy(access.Credential, access.Environment.DefaultScope));
        _storage = HttpPipelineBuilder.Build(plain, new BearerTokenAuthenticationPolicy(access.Credential, StorageScope));
        Arm = new ArmClient(access.Credential, access.SubscriptionId, options);
    }

    /// <summary>Is told how many more calls Azure would take.</summary>
    public Action<int>? Remaining { get; set; }

    public AzureAccess Access { get; }

    public ArmClient Arm { get; }

    public AzureLocation Location => new(Access.Location);

    public SubscriptionResource Subscription => Arm.GetSubscriptionResource(SubscriptionResource.CreateResourceIdentifier(Access.SubscriptionId));

    /// <summary>Asks how an operation goes.</summary>
    public async Task<Response> ReadAsync(Uri url, CancellationToken cancellationToken)
    {
        using var message = _pipeline.CreateMessage();
        message.Request.Method = RequestMethod.Get;
        message.Request.Uri.Reset(url);
        await _pipeline.SendAsync(message, cancellationToken).ConfigureAwait(false);
        return message.Response.Status < 400 ? message.Response : throw new RequestFailedException(message.Response);
    }

    /// <summary>Speaks with a storage account, as who the builder is.</summary>
    public async Task<Response> SendToStorageAsync(RequestMethod method, Uri url, IReadOnlyDictionary<string, string> headers, CancellationToken cancellationToken)
    {
        if (!Access.IsBlob(url)) throw new InvalidOperationException($"{url.Host} is no storage account of this cloud");
        using var message = _storage.CreateMessage();
        message.Request.Method = method;
        message.Request.Uri.Reset(url);
        message.Request.Headers.SetValue("x-ms-version", StorageVersion);
        foreach (var (name, value) in headers) message.Request.Headers.SetValue(name, value);
        await _storage.SendAsync(message, cancellationToken).ConfigureAwait(false);
        return message.Response.Status < 400 ? message.Response : throw new RequestFailedException(message.Response, null, StorageErrors.Parser);
    }

    public void Dispose() => _http?.Dispose();

    private sealed class PlainOptions : ClientOptions;
}
