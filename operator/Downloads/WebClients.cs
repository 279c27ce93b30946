using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ImageOperator.Downloads;

/// <summary>Makes HTTP clients.</summary>
public static class WebClients
{
    /// <summary>RFC 5280, id-kp-serverAuth.</summary>
    private static readonly Oid ServerAuthentication = new("1.3.6.1.5.5.7.3.1");

    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(30);

    /// <summary>What sends requests: redirects are followed, never from HTTPS to HTTP, and without the Authorization header.</summary>
    /// <param name="authority">Certificates in PEM form that are trusted instead of the system's; null for the system's.</param>
    /// <param name="server">The only server for which they count: a redirect may lead to another. Null: for all.</param>
    /// <exception cref="FormatException">There is no certificate in the PEM.</exception>
    public static SocketsHttpHandler CreateHandler(string? authority, Uri? server = null)
    {
        var handler = new SocketsHttpHandler { ConnectTimeout = ConnectTimeout, AutomaticDecompression = DecompressionMethods.None, UseCookies = false };
        if (authority is null) return handler;
        var roots = new X509Certificate2Collection();
        try
        {
            roots.ImportFromPem(authority);
        }
        catch (CryptographicException e)
        {
            throw new FormatException("it is not in PEM form", e);
        }

        if (roots.Count == 0) throw new FormatException("it has no certificate in it");
        handler.SslOptions = new SslClientAuthenticationOptions
        {
            RemoteCertificateValidationCallback = (connection, certificate, chain, errors) =>
                server is null || (connection as SslStream)?.TargetHostName == server.IdnHost ? IsOf(roots, certificate, chain, errors) : errors == SslPolicyErrors.None,
        };
        return handler;
    }

    private static bool IsOf(X509Certificate2Collection roots, X509Certificate? certificate, X509Chain? sent, SslPolicyErrors errors)
    {
        if (certificate is null || (errors & ~SslPolicyErrors.RemoteCertificateChainErrors) != 0) return false;
        using var chain = new X509Chain { ChainPolicy = { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck } };
        chain.ChainPolicy.ApplicationPolicy.Add(ServerAuthentication);
        chain.ChainPolicy.CustomTrustStore.AddRange(roots);
        foreach (var element in sent?.ChainElements ?? Enumerable.Empty<X509ChainElement>()) chain.ChainPolicy.ExtraStore.Add(element.Certificate);
        using var own = new X509Certificate2(certificate);
        return chain.Build(own);
    }
}
