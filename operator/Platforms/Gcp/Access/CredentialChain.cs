using System.Text.Json;
using Google.Apis.Auth.OAuth2;
using Google.Apis.Http;
using ImageOperator.Api.Conditions;
using ImageOperator.Api.Platforms.Gcp;
using ImageOperator.Api.Protocol;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Platforms.Gcp.Access;

/// <summary>
/// A platform's credentials: a Secret's key, or a service account's token that Google trusts, then the service accounts that are impersonated. Google's library
/// renews the tokens for as long as the build lasts.
/// </summary>
internal static class CredentialChain
{
    /// <summary>The Secret's key.</summary>
    public const string KeyFile = "key.json";

    private const string Scope = "https://www.googleapis.com/auth/cloud-platform";

    public static ITokenAccess Of(GcpOptions options, GcpPlatformSpec? gcp, PlatformAccess? platform, Func<HttpMessageHandler> handler)
    {
        var named = platform is null || gcp is null ? null : Named(gcp, platform);
        if (named is null && options.Credentials is { } given && gcp is not { ImpersonateServiceAccounts.Count: > 0 }) return given;
        var credential = (named ?? options.Credentials as GoogleCredential ?? GoogleCredential.GetApplicationDefault()).CreateWithHttpClientFactory(new Factory(handler));
        if (gcp?.UniverseDomain is { } universe) credential = credential.CreateWithUniverseDomain(universe);
        credential = credential.CreateScoped(Scope);
        if (gcp is not { ImpersonateServiceAccounts.Count: > 0 }) return credential;
        var chain = gcp.ImpersonateServiceAccounts;
        return credential.Impersonate(new(chain[^1]) { DelegateAccounts = [.. chain.SkipLast(1)], Scopes = [Scope], HttpClientFactory = new Factory(handler) });
    }

    /// <summary>The service account's address, where the credentials know it.</summary>
    public static string? IdentityOf(ITokenAccess credentials) => (credentials as GoogleCredential)?.UnderlyingCredential switch
    {
        ImpersonatedCredential impersonated => impersonated.TargetPrincipal,
        ServiceAccountCredential account => account.Id,
        ExternalAccountCredential external => external.Audience,
        _ => null,
    };

    private static GoogleCredential? Named(GcpPlatformSpec gcp, PlatformAccess platform) => platform.Spec.Credentials switch
    {
        { SecretRef: not null } => OfKey(Path.Combine(platform.Credentials, KeyFile)),
        { ServiceAccountName: not null } when gcp.WorkloadIdentityProvider is { } provider => OfToken(provider, GcpUniverse.Of(gcp), Path.Combine(platform.Credentials, PodPaths.TokenFile)),
        _ => null,
    };

    private static GoogleCredential OfKey(string file)
    {
        if (!File.Exists(file)) throw Unusable($"the platform's Secret has no {KeyFile}", "put the service account's key into it: kubectl create secret generic NAME --from-file=key.json=FILE");
        var text = File.ReadAllText(file);
        try
        {
            using var document = JsonDocument.Parse(text);
            return CredentialFactory.FromJson(text, document.RootElement.GetProperty("type").GetString()!);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or ArgumentException or FormatException)
        {
            // The library's own words may have parts of the key in them.
            throw Unusable($"{KeyFile} in the platform's Secret is no credential configuration that Google's library can read", "see Google's documentation of service account keys");
        }
    }

    // Read by the library at each renewal: kubelet renews it.
    private static GoogleCredential OfToken(string provider, GcpUniverse universe, string file)
    {
        if (!File.Exists(file)) throw Unusable($"there is no service account token at {file}", "see the platform's credentials.serviceAccountName");
        var json = JsonSerializer.Serialize(new
        {
            type = "external_account",
            audience = universe.Audience(provider),
            subject_token_type = "urn:ietf:params:oauth:token-type:jwt",
            token_url = universe.TokenExchange,
            universe_domain = universe.Domain,
            credential_source = new { file },
        });
        return CredentialFactory.FromJson(json, "external_account");
    }

    private static PlatformException Unusable(string message, string hint) => new(FailureKind.Auth, Reasons.Unauthorized, message, hint);

    private sealed class Factory(Func<HttpMessageHandler> handler) : HttpClientFactory
    {
        protected override HttpMessageHandler CreateHandler(CreateHttpClientArgs args) => new TokenErrors(handler());
    }
}
