using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ImageOperator.Api.Platforms;
using ImageOperator.Api.Platforms.Aws;
using ImageOperator.Api.Platforms.Azure;
using ImageOperator.Api.Platforms.Gcp;

namespace ImageOperator.Api.Validation;

internal static class CloudPlatformRules
{
    public static void Check(ErrorList errors, AwsPlatformSpec aws, string path)
    {
        Endpoint(errors, aws.Endpoint, $"{path}.endpoint");
        Bundle(errors, aws.CaBundle, $"{path}.caBundle");
        if (aws.Strays is { } strays) DurationRules.Positive(errors, strays.After, $"{path}.strays.after");
        for (var i = 0; i < aws.AssumeRoles.Count; i++)
        {
            var length = aws.AssumeRoles[i].Duration.Value;
            errors.Require(length >= TimeSpan.FromMinutes(15) && length <= TimeSpan.FromHours(12), $"{path}.assumeRoles[{i}].duration", AssumedRole.DurationMessage);
        }
    }

    public static void Check(ErrorList errors, AzurePlatformSpec azure, PlatformCredentials? credentials, bool ofCluster, string path)
    {
        Endpoint(errors, azure.Endpoint, $"{path}.endpoint");
        Endpoint(errors, azure.AuthorityHost, $"{path}.authorityHost");
        Bundle(errors, azure.CaBundle, $"{path}.caBundle");
        if (azure.Strays is { } strays) DurationRules.Positive(errors, strays.After, $"{path}.strays.after");
        errors.Require(
            azure.Cloud != AzureCloud.Custom || (azure.Endpoint is not null && azure.Audience is not null && azure.AuthorityHost is not null), $"{path}.cloud", AzurePlatformSpec.CustomIsWhole);
        if (credentials is null)
        {
            // Whoever may write a platform into a namespace would get the node's token sent to a server of theirs.
            foreach (var (name, value) in new[] { ("endpoint", azure.Endpoint), ("audience", azure.Audience), ("authorityHost", azure.AuthorityHost), ("storageDomain", azure.StorageDomain) })
            {
                errors.Require(value is null || ofCluster, $"{path}.{name}", "without credentials the node's managed identity is used, and its tokens go to no place that a namespace names: set credentials, or use a ClusterImagePlatform");
            }

            return;
        }

        errors.Require(azure.TenantId is not null, $"{path}.tenantId", "credentials need the directory that they are of: set tenantId, or remove credentials for the node's managed identity");
        errors.Require(azure.ClientId is not null, $"{path}.clientId", "credentials need the application that they are of: set clientId, or remove credentials for the node's managed identity");
    }

    public static void Check(ErrorList errors, GcpPlatformSpec gcp, PlatformCredentials? credentials, bool ofCluster, string path)
    {
        Endpoint(errors, gcp.Endpoint, $"{path}.endpoint");
        Endpoint(errors, gcp.TunnelEndpoint, $"{path}.tunnelEndpoint");
        if (credentials is null)
        {
            foreach (var (name, value) in new[] { ("endpoint", gcp.Endpoint), ("tunnelEndpoint", gcp.TunnelEndpoint), ("universeDomain", gcp.UniverseDomain) })
            {
                errors.Require(value is null || ofCluster, $"{path}.{name}", "without credentials the node's service account is used, and its tokens go to no place that a namespace names: set credentials, or use a ClusterImagePlatform");
            }
        }

        Bundle(errors, gcp.CaBundle, $"{path}.caBundle");
        errors.Require(gcp.Network?.Project is null || gcp.Network.Subnetwork is not null, $"{path}.network.project", Targets.Gcp.GcpNetworking.SharedNeedsSubnetwork);
        if (gcp.Strays is { } strays) DurationRules.Positive(errors, strays.After, $"{path}.strays.after");
        GcpTargetRules.CheckLabels(errors, gcp.Labels, $"{path}.labels");
    }

    private static void Endpoint(ErrorList errors, string? url, string path) => errors.Require(
        url is null || (Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Host.Length > 0 && uri.UserInfo.Length == 0),
        path, $"\"{SchemaText.Short(url ?? "")}\" is not a URL: write for example https://vpce.example.com");

    private static void Bundle(ErrorList errors, string? pem, string path)
    {
        if (pem is null) return;
        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPem(pem);
        }
        catch (CryptographicException e)
        {
            errors.Add(path, $"cannot be read as certificates: {e.Message}");
            return;
        }

        errors.Require(certificates.Count > 0, path, "has no certificate in it: it must begin with -----BEGIN CERTIFICATE-----");
        foreach (var certificate in certificates) certificate.Dispose();
    }
}
