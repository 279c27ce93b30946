using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Org.BouncyCastle.Crypto.Parameters;

namespace ImageOperator.Communicators.Ssh.Keys;

/// <summary>A key pair in the forms that OpenSSH, dropbearconvert and cloud-init read.</summary>
internal sealed record Ed25519KeyPair(string PrivatePem, string PublicLine)
{
    private const string Algorithm = "ssh-ed25519";
    private const int BlockSize = 8;
    private const int PemWidth = 70;

    public static Ed25519KeyPair Create(string comment)
    {
        var seed = RandomNumberGenerator.GetBytes(Ed25519PrivateKeyParameters.KeySize);
        var publicKey = new Ed25519PrivateKeyParameters(seed, 0).GeneratePublicKey().GetEncoded();
        var publicBlob = new Blob().String(Algorithm).String(publicKey).ToArray();
        return new Ed25519KeyPair(
            Pem(PrivateFile(publicBlob, PrivatePart(seed, publicKey, comment))),
            $"{Algorithm} {Convert.ToBase64String(publicBlob)} {comment}");
    }

    /// <summary>The key blob of a public line.</summary>
    public static byte[] BlobOf(string publicLine)
    {
        var parts = publicLine.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return parts.Length >= 2 ? Convert.FromBase64String(parts[1]) : throw new FormatException("not a public key line");
    }

    /// <summary>Says nothing of the private half.</summary>
    public override string ToString() => PublicLine;

    private static byte[] PrivateFile(byte[] publicBlob, byte[] privatePart) => new Blob()
        .Raw("openssh-key-v1\0"u8).String("none").String("none").String("").UInt32(1).String(publicBlob).String(privatePart).ToArray();

    private static byte[] PrivatePart(byte[] seed, byte[] publicKey, string comment)
    {
        var check = RandomNumberGenerator.GetBytes(4);
        var part = new Blob().Raw(check).Raw(check).String(Algorithm).String(publicKey).String([.. seed, .. publicKey]).String(comment);
        for (byte pad = 1; part.Length % BlockSize != 0; pad++) part.Raw([pad]);
        return part.ToArray();
    }

    private static string Pem(byte[] content)
    {
        var text = new StringBuilder("-----BEGIN OPENSSH PRIVATE KEY-----\n");
        foreach (var line in Convert.ToBase64String(content).Chunk(PemWidth)) text.Append(line).Append('\n');
        return text.Append("-----END OPENSSH PRIVATE KEY-----\n").ToString();
    }

    private sealed class Blob
    {
        private readonly ArrayBufferWriter<byte> _bytes = new();

        public int Length => _bytes.WrittenCount;

        public Blob Raw(ReadOnlySpan<byte> bytes)
        {
            _bytes.Write(bytes);
            return this;
        }

        public Blob UInt32(uint value)
        {
            Span<byte> bytes = stackalloc byte[4];
            BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
            return Raw(bytes);
        }

        public Blob String(ReadOnlySpan<byte> bytes) => UInt32((uint)bytes.Length).Raw(bytes);

        public Blob String(string text) => String(Encoding.UTF8.GetBytes(text));

        public byte[] ToArray() => _bytes.WrittenSpan.ToArray();
    }
}
