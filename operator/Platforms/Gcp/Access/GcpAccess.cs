using System.Net.Security;
using Google.Apis.Auth.OAuth2;
using ImageOperator.Api.Conditions;
using ImageOperator.Api.Platforms.Gcp;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Platforms.Gcp.Access;

/// <summary>Where and as whom Google Cloud is called: by the target's platform, else by the program's options.</summary>
internal sealed class GcpAccess
{
    private readonly string? _project;
    private readonly string? _tunnel;
    private readonly Lazy<ITokenAccess> _credentials;

    public GcpAccess(GcpOptions options, string? project, PlatformAccess? platform)
    {
        var gcp = platform?.Spec.Gcp;
        _project = project ?? gcp?.Project;
        CertificateValidation = gcp?.CaBundle is { } bundle ? Trust.Of(bundle) : null;
        Handler = options.HttpHandler ?? NewHandler;
        Universe = GcpUniverse.Of(gcp);
        Endpoint = gcp?.Endpoint ?? options.Endpoint ?? Universe.Compute;
        StorageEndpoint = options.StorageEndpoint ?? Universe.StorageRoot;
        _tunnel = gcp?.TunnelEndpoint ?? options.TunnelEndpoint ?? Universe.Tunnel;
        // Read at the first call: what cannot be read is that call's failure.
        _credentials = new(() => CredentialChain.Of(options, gcp, platform, Handler));
    }

    public string Endpoint { get; }

    /// <summary>The URL of Cloud Storage.</summary>
    public string StorageEndpoint { get; }

    public GcpUniverse Universe { get; }

    public string Tunnel => _tunnel ?? throw new PlatformException(
        FailureKind.Terminal, Reasons.TemplateInvalid, $"gcp.network.connect: nobody has told where the universe {Universe.Domain} has its Identity-Aware Proxy",
        "set gcp.tunnelEndpoint in the platform, or connect otherwise");

    public Func<HttpMessageHandler> Handler { get; }

    /// <summary>Which certificates are taken; null: those that the system trusts.</summary>
    public RemoteCertificateValidationCallback? CertificateValidation { get; }

    /// <summary>The project to build in.</summary>
    public string Project => _project ?? throw new PlatformException(
        FailureKind.Terminal, Reasons.TemplateInvalid, "gcp.project: there is no project to build in", "set gcp.project in the target, or refer to a platform");

    public Task<string> TokenAsync(CancellationToken cancellationToken) => _credentials.Value.GetAccessTokenForRequestAsync(null, cancellationToken);

    /// <summary>Who the builder is, as far as it can be known without a call.</summary>
    public string? Identity => CredentialChain.IdentityOf(_credentials.Value);

    private SocketsHttpHandler NewHandler() =>
        CertificateValidation is { } check ? new() { SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = check } } : new();
}
