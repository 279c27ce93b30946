using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace ImageOperator.Controller.Webhooks.Certificates;

/// <summary>The certificate that new connections are served with. It changes while the program runs; old connections keep theirs.</summary>
internal sealed class ServingCertificate(ILogger<ServingCertificate> logger)
{
    private volatile Loaded? current;

    /// <summary>Why there is none; null if there is one.</summary>
    public string? Problem => current is null ? "no certificate yet" : null;

    /// <summary>Takes a certificate with its key, and the certificates between it and its authority. False if it is the one in use.</summary>
    public bool Use(KeyPair pair)
    {
        if (current?.Pair == pair) return false;
        var leaf = pair.Open();
        var chain = new X509Certificate2Collection();
        chain.ImportFromPem(pair.Certificate);
        // The old one is not disposed of: handshakes may be under way with it.
        current = new(pair, SslStreamCertificateContext.Create(leaf, chain, offline: true));
        AdmissionLog.Serves(logger, leaf.SerialNumber, leaf.NotAfter.ToUniversalTime());
        return true;
    }

    /// <summary>The terms of a new connection.</summary>
    public SslServerAuthenticationOptions Options() => new()
    {
        ServerCertificateContext = current?.Context ?? throw new AuthenticationException("the webhook has no certificate yet"),
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        ApplicationProtocols = [SslApplicationProtocol.Http11],
        ClientCertificateRequired = false,
    };

    private sealed record Loaded(KeyPair Pair, SslStreamCertificateContext Context);
}
