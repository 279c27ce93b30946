using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Identity;
using ImageOperator.Api.Conditions;
using ImageOperator.Api.Platforms.Azure;
using ImageOperator.Api.Protocol;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Platforms.Azure.Access;

/// <summary>A platform's credentials. Tokens are made anew before they expire, for as long as the build lasts.</summary>
internal static class CredentialChain
{
    public static TokenCredential Of(AzureOptions options, AzurePlatformSpec? azure, PlatformAccess? platform, Func<HttpMessageHandler>? handler)
    {
        if (azure is null) return options.Credential ?? new DefaultAzureCredential(new DefaultAzureCredentialOptions { ExcludeInteractiveBrowserCredential = true });
        return platform!.Spec.Credentials switch
        {
            { SecretRef: not null } => new SecretCredential(platform.Credentials, file => OfSecret(azure, file, handler)),
            { ServiceAccountName: not null } => new ClientAssertionCredential(
                azure.TenantId, azure.ClientId, () => Token(Path.Combine(platform.Credentials, PodPaths.TokenFile)), Configured(new ClientAssertionCredentialOptions(), azure, handler)),
            _ => options.Credential ?? new ManagedIdentityCredential(Configured(
                new ManagedIdentityCredentialOptions(azure.ClientId is { } client ? ManagedIdentityId.FromUserAssignedClientId(client) : ManagedIdentityId.SystemAssigned), azure, handler)),
        };
    }

    private static TokenCredential OfSecret(AzurePlatformSpec azure, SecretFiles files, Func<HttpMessageHandler>? handler)
    {
        if (files.Secret is { } secret)
        {
            return new ClientSecretCredential(azure.TenantId, azure.ClientId, secret, Configured(new ClientSecretCredentialOptions { DisableInstanceDiscovery = IsCustom(azure) }, azure, handler));
        }

        var certificate = files.Certificate ?? throw new PlatformException(
            FailureKind.Auth, Reasons.Unauthorized, "the Secret of the platform's credentials has neither clientSecret nor clientCertificate", "its keys are clientSecret, or clientCertificate (PEM, with its private key)");
        return new ClientCertificateCredential(
            azure.TenantId, azure.ClientId, Parse(certificate),
            Configured(new ClientCertificateCredentialOptions { DisableInstanceDiscovery = IsCustom(azure) }, azure, handler));
    }

    private static X509Certificate2 Parse(string certificate)
    {
        try
        {
            return X509Certificate2.CreateFromPem(certificate, certificate);
        }
        catch (CryptographicException e)
        {
            // Its text may hold parts of the key: what is wrong is told, and no more.
            throw new PlatformException(
                FailureKind.Auth, Reasons.Unauthorized, $"clientCertificate of the platform's Secret is no certificate with its private key: {e.GetType().Name}",
                "it is PEM: BEGIN CERTIFICATE and an unencrypted BEGIN PRIVATE KEY that belongs to it");
        }
    }

    private static bool IsCustom(AzurePlatformSpec azure) => azure.AuthorityHost is not null;

    // Read each time: kubelet renews it.
    private static string Token(string file) => SecretFiles.Read(file)
        ?? throw new PlatformException(FailureKind.Auth, Reasons.Unauthorized, $"there is no service account token at {file}", "see the platform's credentials.serviceAccountName");

    private static T Configured<T>(T options, AzurePlatformSpec azure, Func<HttpMessageHandler>? handler) where T : TokenCredentialOptions
    {
        options.AuthorityHost = AzureAccess.AuthorityOf(azure);
        if (options is ClientAssertionCredentialOptions assertion) assertion.DisableInstanceDiscovery = IsCustom(azure);
        // Tries are ours.
        options.Retry.MaxRetries = 0;
        if (handler is not null) options.Transport = new HttpClientTransport(handler());
        return options;
    }
}
