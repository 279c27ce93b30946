using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Google.Apis.Auth.OAuth2;
using ImageOperator.Api.Conditions;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Platforms.Gcp.Access;

/// <summary>Where and as whom Google Cloud is called: by the target's platform, else by the program's options.</summary>
internal sealed class GcpAccess
{
    private const string Universe = "googleapis.com";

    private readonly string? _project;
    private readonly Lazy<ITokenAccess> _credentials;

    public GcpAccess(GcpOptions options, string? project, PlatformAccess? platform)
    {
        var gcp = platform?.Spec.Gcp;
        _project = project ?? gcp?.Project;
        Handler = options.HttpHandler ?? (gcp?.CaBundle is { } bundle ? () => Trusting(bundle) : () => new SocketsHttpHandler());
        Endpoint = gcp?.Endpoint ?? options.Endpoint ?? $"https://compute.{gcp?.UniverseDomain ?? Universe}";
        Tunnel = options.TunnelEndpoint ?? "wss://tunnel.cloudproxy.app";
        // Read at the first call: what cannot be read is that call's failure.
        _credentials = new(() => CredentialChain.Of(options, gcp, platform, Handler));
    }

    public string Endpoint { get; }

    public string Tunnel { get; }

    public Func<HttpMessageHandler> Handler { get; }

    /// <summary>The project to build in.</summary>
    public string Project => _project ?? throw new PlatformException(
        FailureKind.Terminal, Reasons.TemplateInvalid, "gcp.project: there is no project to build in", "set gcp.project in the target, or refer to a platform");

    public Task<string> TokenAsync(CancellationToken cancellationToken) => _credentials.Value.GetAccessTokenForRequestAsync(null, cancellationToken);

    /// <summary>Who the builder is, as far as it can be known without a call.</summary>
    public string? Identity => CredentialChain.IdentityOf(_credentials.Value);

    private static SocketsHttpHandler Trusting(string bundle)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.ImportFromPem(bundle);
        return new SocketsHttpHandler { SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = policy } };
    }
}
