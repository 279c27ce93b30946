using Azure.Core;

namespace ImageOperator.Platforms.Azure;

/// <summary>How Azure is reached where a target's platform says nothing of it.</summary>
public sealed record AzureOptions
{
    /// <summary>The subscription of targets without a platform.</summary>
    public string? SubscriptionId { get; init; }

    /// <summary>The URL of the resource manager, instead of the public cloud's.</summary>
    public string? Endpoint { get; init; }

    /// <summary>Who the builder is for Azure. Null: the SDK's own search (environment, workload identity, managed identity, the command line's login).</summary>
    public TokenCredential? Credential { get; init; }

    /// <summary>How HTTP is spoken; the runtime's own way if null.</summary>
    public Func<HttpMessageHandler>? HttpHandler { get; init; }
}
