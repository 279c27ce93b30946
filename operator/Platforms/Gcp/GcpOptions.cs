using Google.Apis.Auth.OAuth2;

namespace ImageOperator.Platforms.Gcp;

/// <summary>How Google Cloud is reached where a target says nothing of it.</summary>
public sealed record GcpOptions
{
    /// <summary>The URL of Compute Engine, instead of Google's own.</summary>
    public string? Endpoint { get; init; }

    /// <summary>The URL of Cloud Storage, instead of Google's own: <c>https://…</c> without a slash at its end. Export workers use it, too.</summary>
    public string? StorageEndpoint { get; init; }

    /// <summary>The URL of Identity-Aware Proxy's tunnels, instead of Google's own: <c>wss://…</c>.</summary>
    public string? TunnelEndpoint { get; init; }

    /// <summary>Who the builder is for Google. Null: the library's own search (environment, gcloud's file, the node's service account), renewed as long as the build lasts.</summary>
    public ITokenAccess? Credentials { get; init; }

    /// <summary>How HTTP is spoken to the APIs; the runtime's own way if null.</summary>
    public Func<HttpMessageHandler>? HttpHandler { get; init; }
}
