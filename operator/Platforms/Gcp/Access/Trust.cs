using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace ImageOperator.Platforms.Gcp.Access;

/// <summary>
/// Trusts what the system trusts, and what a bundle's authorities have signed: an endpoint may be private while tokens come from public ones.
/// </summary>
internal static class Trust
{
    public static RemoteCertificateValidationCallback Of(string bundle)
    {
        var roots = new X509Certificate2Collection();
        roots.ImportFromPem(bundle);
        return (_, certificate, chain, errors) => errors == SslPolicyErrors.None
            || (errors == SslPolicyErrors.RemoteCertificateChainErrors && certificate is X509Certificate2 found && IsOf(roots, found, chain));
    }

    private static bool IsOf(X509Certificate2Collection roots, X509Certificate2 certificate, X509Chain? sent)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.CustomTrustStore.AddRange(roots);
        // For a server only, as the check of the system has it.
        chain.ChainPolicy.ApplicationPolicy.Add(new("1.3.6.1.5.5.7.3.1"));
        // The intermediate ones, which the server has sent.
        foreach (var element in sent?.ChainElements ?? Enumerable.Empty<X509ChainElement>()) chain.ChainPolicy.ExtraStore.Add(element.Certificate);
        chain.ChainPolicy.ExtraStore.AddRange(sent?.ChainPolicy.ExtraStore ?? []);
        return chain.Build(certificate);
    }
}
