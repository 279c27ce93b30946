using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ImageOperator.Downloads;

/// <summary>Makes HTTP clients.</summary>
public static class WebClients
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(30);

    /// <summary>What sends requests: redirects are followed, never from HTTPS to HTTP, and without the Authorization header.</summary>
    /// <param name="authority">Certificates in PEM form that are trusted instead of the system's; null for the system's.</param>
    /// <exception cref="FormatException">There is no certificate in the PEM.</exception>
    public static SocketsHttpHandler CreateHandler(string? authority)
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
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(roots);
        handler.SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = policy };
        return handler;
    }
}
