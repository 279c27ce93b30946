using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ImageOperator.Controller.Webhooks.Certificates;

/// <summary>Makes the webhook's own certificates: ECDSA on P-256.</summary>
internal static class CertificateAuthority
{
    private const string ServerAuth = "1.3.6.1.5.5.7.3.1";

    public static KeyPair Create(DateTimeOffset now, CertificatePeriods periods)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        // Two authorities stand in one bundle: their names must differ.
        var name = new X500DistinguishedName($"CN=image-operator webhook CA {Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}");
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: true, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        using var certificate = request.CreateSelfSigned(now - periods.Backdate, now + periods.Authority);
        return new(certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }

    public static KeyPair Issue(KeyPair authority, IReadOnlyList<string> names, DateTimeOffset now, CertificatePeriods periods)
    {
        using var issuer = authority.Open();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(new X500DistinguishedName("CN=image-operator webhook"), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(ServerAuth)], critical: false));
        request.CertificateExtensions.Add(Names(names));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(issuer, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        var serial = RandomNumberGenerator.GetBytes(16);
        // Positive, and of one length.
        serial[0] = (byte)((serial[0] & 0x7f) | 0x40);
        var until = now + periods.Serving;
        var last = new DateTimeOffset(issuer.NotAfter.ToUniversalTime());
        var from = now - periods.Backdate;
        var first = new DateTimeOffset(issuer.NotBefore.ToUniversalTime());
        using var certificate = request.Create(issuer, from < first ? first : from, until < last ? until : last, serial);
        return new(certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }

    /// <summary>Whether the certificate is the authority's and is for all these names.</summary>
    public static bool IsFor(KeyPair serving, string authority, IReadOnlyList<string> names, DateTimeOffset now)
    {
        using var leaf = serving.Open();
        using var root = X509Certificate2.CreateFromPem(authority);
        using var chain = new X509Chain
        {
            ChainPolicy =
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
                VerificationTime = now.UtcDateTime,
            },
        };
        chain.ChainPolicy.CustomTrustStore.Add(root);
        return chain.Build(leaf) && names.All(name => leaf.MatchesHostname(name, allowWildcards: false, allowCommonName: false));
    }

    private static X509Extension Names(IReadOnlyList<string> names)
    {
        var builder = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
        {
            if (IPAddress.TryParse(name, out var address)) builder.AddIpAddress(address);
            else builder.AddDnsName(name);
        }

        return builder.Build();
    }
}
