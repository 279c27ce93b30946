namespace ImageOperator.Api.Platforms.Gcp;

/// <summary>A universe of Google Cloud, and where its services are.</summary>
/// <param name="Domain">Its domain.</param>
public sealed record GcpUniverse(string Domain)
{
    /// <summary>Google's own.</summary>
    public const string Google = "googleapis.com";

    /// <summary>That of a platform; Google's own if null.</summary>
    public static GcpUniverse Of(GcpPlatformSpec? platform) => new(platform?.UniverseDomain ?? Google);

    /// <summary>Compute Engine's URL.</summary>
    public string Compute => $"https://compute.{Domain}";

    /// <summary>Where tokens are exchanged.</summary>
    public string TokenExchange => $"https://sts.{Domain}/v1/token";

    /// <summary>OS Login's URL.</summary>
    public string OsLogin => $"https://oslogin.{Domain}";

    /// <summary>Where a token tells whose it is.</summary>
    public string TokenInfo => $"https://oauth2.{Domain}/tokeninfo";

    /// <summary>The URL of the API of projects.</summary>
    public string ResourceManager => $"https://cloudresourcemanager.{Domain}";

    /// <summary>Identity-Aware Proxy's tunnels; null: nobody has told where another universe has them.</summary>
    public string? Tunnel => Domain == Google ? "wss://tunnel.cloudproxy.app" : null;

    /// <summary>The audience that a workload identity pool's provider is at the exchange: <c>//iam.googleapis.com/projects/…</c>.</summary>
    public string Audience(string provider) => $"//iam.{Domain}/{PathOf(provider)}";

    /// <summary>The audience of pods' tokens, which providers allow by default.</summary>
    public string TokenAudience(string provider) => $"https:{Audience(provider)}";

    /// <summary>Cloud Storage's URL.</summary>
    public string StorageRoot => $"https://storage.{Domain}";

    /// <summary>The URL of an object in Cloud Storage.</summary>
    /// <param name="url">Its <c>gs://</c> URL.</param>
    public string Storage(string url) => $"{StorageRoot}/{url["gs://".Length..]}";

    private static string PathOf(string provider) => provider[provider.IndexOf("projects/", StringComparison.Ordinal)..];
}
