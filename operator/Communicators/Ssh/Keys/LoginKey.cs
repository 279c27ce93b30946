using System.Buffers.Binary;
using System.Text;
using Renci.SshNet;
using Renci.SshNet.Security;

namespace ImageOperator.Communicators.Ssh.Keys;

/// <summary>A private key, with its certificate where there is one, as SSH.NET takes it to log in.</summary>
internal sealed class LoginKey : IPrivateKeySource, IDisposable
{
    // SSH.NET 2026.0.0 reads the public key of such a certificate as a signed number and loses a leading 0xff byte: of 512 keys one
    // "is not certified". So what belongs together is compared here, byte by byte.
    private const string Ed25519Certificate = "ssh-ed25519-cert-v01@openssh.com";

    private LoginKey(PrivateKeyFile file, IReadOnlyCollection<HostAlgorithm> algorithms, Certificate? certificate) =>
        (File, HostKeyAlgorithms, Certificate) = (file, algorithms, certificate);

    public PrivateKeyFile File { get; }

    public Certificate? Certificate { get; }

    public IReadOnlyCollection<HostAlgorithm> HostKeyAlgorithms { get; }

    /// <exception cref="ArgumentException">The certificate is another key's.</exception>
    /// <exception cref="Renci.SshNet.Common.SshException">The key or the certificate cannot be read.</exception>
    public static LoginKey Read(string privateKey, string? passphrase, string? certificate)
    {
        using var key = new MemoryStream(Encoding.UTF8.GetBytes(privateKey));
        if (certificate?.TrimStart().StartsWith(Ed25519Certificate, StringComparison.Ordinal) == true) return Certified(new PrivateKeyFile(key, passphrase), certificate.Trim());
        using var signed = certificate is null ? null : new MemoryStream(Encoding.UTF8.GetBytes(certificate));
        var file = signed is null ? new PrivateKeyFile(key, passphrase) : new PrivateKeyFile(key, passphrase, signed);
        return new(file, file.HostKeyAlgorithms, file.Certificate);
    }

    public void Dispose() => File.Dispose();

    private static LoginKey Certified(PrivateKeyFile file, string certificate)
    {
        try
        {
            var blob = Ed25519KeyPair.BlobOf(certificate);
            var signed = new Certificate(blob);
            if (file.Key is not ED25519Key own || !CertifiedKey(blob).SequenceEqual(own.PublicKey))
                throw new ArgumentException("the certificate is that of another key");
            return new(file, [new CertificateHostAlgorithm(Ed25519Certificate, file.Key, signed), .. file.HostKeyAlgorithms], signed);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>The third of the strings that an Ed25519 certificate begins with: name, nonce, public key (OpenSSH's PROTOCOL.certkeys).</summary>
    private static ReadOnlySpan<byte> CertifiedKey(ReadOnlySpan<byte> blob) => Rest(Rest(blob))[4..][..Length(Rest(Rest(blob)))];

    private static ReadOnlySpan<byte> Rest(ReadOnlySpan<byte> blob) => blob[(4 + Length(blob))..];

    private static int Length(ReadOnlySpan<byte> blob) => checked((int)BinaryPrimitives.ReadUInt32BigEndian(blob));
}
