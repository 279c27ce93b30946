using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ImageOperator.Platforms.Gcp.Access;

namespace ImageOperator.Platforms.Contract.Tests.Gcp;

/// <summary>A platform's bundle adds to what the system trusts: tokens come from public endpoints.</summary>
[Trait("Category", "Cloud")]
public sealed class GcpTrustTests
{
    [Theory]
    [InlineData(SslPolicyErrors.None, false, true)]
    [InlineData(SslPolicyErrors.RemoteCertificateChainErrors, true, true)]
    [InlineData(SslPolicyErrors.RemoteCertificateChainErrors, false, false)]
    [InlineData(SslPolicyErrors.RemoteCertificateNameMismatch, true, false)]
    [InlineData(SslPolicyErrors.RemoteCertificateChainErrors | SslPolicyErrors.RemoteCertificateNameMismatch, true, false)]
    [InlineData(SslPolicyErrors.RemoteCertificateNotAvailable, false, false)]
    public void Certificate_IsTaken_WhenTheSystemOrTheBundleTrustsIt(SslPolicyErrors errors, bool ofBundle, bool taken)
    {
        using var authority = Authority("ours");
        using var other = Authority("another");
        using var server = ServerOf(ofBundle ? authority : other, "1.3.6.1.5.5.7.3.1");
        using var chain = new X509Chain();

        Assert.Equal(taken, Trust.Of(authority.ExportCertificatePem())(this, server, chain, errors));
    }

    [Fact]
    public void Certificate_OfTheBundle_ThatIsNoServers_IsNotTaken()
    {
        using var authority = Authority("ours");
        using var client = ServerOf(authority, "1.3.6.1.5.5.7.3.2");
        using var chain = new X509Chain();

        Assert.False(Trust.Of(authority.ExportCertificatePem())(this, client, chain, SslPolicyErrors.RemoteCertificateChainErrors));
    }

    private static X509Certificate2 Authority(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        return request.CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
    }

    private static X509Certificate2 ServerOf(X509Certificate2 authority, string use)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=compute.example", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new(use)], critical: false));
        return request.Create(authority, TimeProvider.System.GetUtcNow().AddHours(-1), TimeProvider.System.GetUtcNow().AddHours(1), [1, 2, 3]);
    }
}
