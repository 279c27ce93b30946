using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Azure.Core;
using Azure.Identity;
using Azure.ResourceManager;
using ImageOperator.Api.Conditions;
using ImageOperator.Api.Platforms.Azure;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Platforms.Azure.Access;

/// <summary>Where and as whom Azure is called: by the target's platform, else by the program's options.</summary>
internal sealed record AzureAccess(string SubscriptionId, string Location, ArmEnvironment Environment, TokenCredential Credential, Func<HttpMessageHandler>? HttpHandler)
{
    /// <summary>Where storage accounts are. No token goes to any other place that a target names.</summary>
    public required string StorageDomain { get; init; }

    public static AzureAccess Of(AzureOptions options, string? location, PlatformAccess? platform)
    {
        var azure = platform?.Spec.Azure;
        var handler = options.HttpHandler ?? (azure?.CaBundle is { } bundle ? () => Trusting(bundle) : null);
        return new(
            azure?.SubscriptionId ?? options.SubscriptionId ?? throw Missing("subscription", "name a platform with one, or set AZURE_SUBSCRIPTION_ID where imagectl runs"),
            location ?? azure?.Location ?? throw Missing("location", "set azure.location in the target"),
            EnvironmentOf(options, azure),
            CredentialChain.Of(options, azure, platform, handler),
            handler)
        {
            StorageDomain = azure?.StorageDomain ?? azure?.Cloud switch
            {
                AzureCloud.UsGovernment => "core.usgovcloudapi.net",
                AzureCloud.China => "core.chinacloudapi.cn",
                _ => "core.windows.net",
            },
        };
    }

    /// <summary>Whether it is the address of a blob of this cloud's storage.</summary>
    public bool IsBlob(Uri url) => url.Scheme == "https" && url.IsDefaultPort
        && (url.Host.EndsWith($".blob.{StorageDomain}", StringComparison.OrdinalIgnoreCase) || (StorageDomain == "core.windows.net" && url.Host.EndsWith(".blob.storage.azure.net", StringComparison.OrdinalIgnoreCase)));

    public static Uri AuthorityOf(AzurePlatformSpec azure) => azure.AuthorityHost is { } given ? new(given) : azure.Cloud switch
    {
        AzureCloud.UsGovernment => AzureAuthorityHosts.AzureGovernment,
        AzureCloud.China => AzureAuthorityHosts.AzureChina,
        _ => AzureAuthorityHosts.AzurePublicCloud,
    };

    private static ArmEnvironment EnvironmentOf(AzureOptions options, AzurePlatformSpec? azure)
    {
        var cloud = azure?.Cloud switch
        {
            AzureCloud.UsGovernment => ArmEnvironment.AzureGovernment,
            AzureCloud.China => ArmEnvironment.AzureChina,
            _ => ArmEnvironment.AzurePublicCloud,
        };
        var endpoint = azure?.Endpoint ?? options.Endpoint;
        return endpoint is null && azure?.Audience is null ? cloud : new(endpoint is null ? cloud.Endpoint : new(endpoint), azure?.Audience ?? cloud.Audience);
    }

    private static PlatformException Missing(string what, string hint) => new(FailureKind.Terminal, Reasons.TemplateInvalid, $"there is no {what} to build in", hint);

    private static SocketsHttpHandler Trusting(string bundle)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.ImportFromPem(bundle);
        return new SocketsHttpHandler { SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = policy } };
    }
}
