using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Amazon.Runtime;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Platforms.Aws.Access;

/// <summary>Where and as whom AWS is called: by the target's platform, else by the program's options.</summary>
internal sealed record AwsAccess(string? Region, string? Endpoint, Func<HttpMessageHandler>? HttpHandler, AWSCredentials? Credentials)
{
    public static AwsAccess Of(AwsOptions options, string? region, PlatformAccess? platform)
    {
        var access = new AwsAccess(region, options.Endpoint, options.HttpHandler, options.Credentials);
        if (platform is not { Spec.Aws: { } aws }) return access;
        access = access with
        {
            Region = region ?? aws.Region,
            Endpoint = aws.Endpoint ?? access.Endpoint,
            HttpHandler = access.HttpHandler ?? (aws.CaBundle is { } bundle ? () => Trusting(bundle) : null),
        };
        return access with { Credentials = CredentialChain.Of(access, aws, platform) };
    }

    private static SocketsHttpHandler Trusting(string bundle)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.ImportFromPem(bundle);
        return new SocketsHttpHandler { SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = policy } };
    }
}
