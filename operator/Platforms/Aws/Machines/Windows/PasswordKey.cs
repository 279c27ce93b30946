using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using ImageOperator.Api.Conditions;
using ImageOperator.Engine.Failures;

namespace ImageOperator.Platforms.Aws.Machines.Windows;

/// <summary>
/// The key pair that a Windows machine's password is encrypted with, which never leaves this process. AWS takes RSA keys only for it: the key of the login, an
/// ed25519 one, does not serve.
/// </summary>
internal sealed class PasswordKey : IDisposable
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly RSA _key = RSA.Create(2048);

    /// <summary>The public half as a line of authorized_keys, which EC2 imports.</summary>
    public string PublicLine
    {
        get
        {
            var key = _key.ExportParameters(includePrivateParameters: false);
            byte[] blob = [.. Field("ssh-rsa"u8), .. Number(key.Exponent!), .. Number(key.Modulus!)];
            return $"ssh-rsa {Convert.ToBase64String(blob)} imageoperator-password";
        }
    }

    /// <param name="data">What EC2 has of the password: encrypted with our public key by PKCS #1 v1.5, as base64.</param>
    /// <exception cref="PlatformException">It is none of this key's.</exception>
    public string Decrypt(string data)
    {
        Exception? cause = null;
        try
        {
            var text = Strict.GetString(_key.Decrypt(Convert.FromBase64String(data), RSAEncryptionPadding.Pkcs1));
            // What another key encrypted becomes bytes by chance, and no error: OpenSSL does not tell.
            if (text.Length > 0 && !text.Any(char.IsControl)) return text;
        }
        catch (Exception e) when (e is CryptographicException or FormatException or ArgumentException)
        {
            cause = e;
        }

        throw new PlatformException(
            FailureKind.Terminal, Reasons.MachineFailed, "the machine's password cannot be decrypted: it is encrypted with another key",
            "the image keeps the password of another machine: have EC2Launch reset before it is captured, or give communicator.ssh.password", cause);
    }

    public void Dispose() => _key.Dispose();

    private static byte[] Field(ReadOnlySpan<byte> bytes)
    {
        var field = new byte[sizeof(int) + bytes.Length];
        BinaryPrimitives.WriteInt32BigEndian(field, bytes.Length);
        bytes.CopyTo(field.AsSpan(sizeof(int)));
        return field;
    }

    // A first bit that is set would be a sign.
    private static byte[] Number(byte[] bytes) => Field(bytes[0] < 0x80 ? bytes : [0, .. bytes]);
}
