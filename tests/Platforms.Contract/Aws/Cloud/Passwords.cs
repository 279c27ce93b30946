using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace ImageOperator.Platforms.Contract.Tests.Aws.Cloud;

/// <summary>The passwords that machines with Windows make, encrypted as AWS does it with the public key of the machine's key pair. moto has one for all.</summary>
internal sealed class Passwords
{
    private readonly ConcurrentDictionary<string, string> _keys = new();

    /// <summary>Those that were made, in the clear.</summary>
    public ConcurrentQueue<string> Made { get; } = new();

    /// <summary>Notes a key pair that is imported.</summary>
    public void Note(AwsRequest request) =>
        _keys[$"{request.Region}/{request["KeyName"]}"] = Encoding.UTF8.GetString(Convert.FromBase64String(request["PublicKeyMaterial"]!));

    /// <summary>Whether a machine with Windows may be started with a key pair.</summary>
    public bool MayStart(AwsRequest request) => KeyOf(request)?.StartsWith("ssh-rsa ", StringComparison.Ordinal) == true;

    /// <summary>A password, encrypted for the key pair of a machine.</summary>
    public string Make(AwsRequest request)
    {
        var password = $"{Guid.NewGuid():n}(P)=9;";
        Made.Enqueue(password);
        var blob = Convert.FromBase64String(KeyOf(request)!.Split(' ')[1]).AsSpan();
        Assert.Equal("ssh-rsa"u8.ToArray(), Field(ref blob));
        using var key = RSA.Create();
        key.ImportParameters(new() { Exponent = Field(ref blob), Modulus = Field(ref blob)[1..] });
        return Convert.ToBase64String(key.Encrypt(Encoding.UTF8.GetBytes(password), RSAEncryptionPadding.Pkcs1));
    }

    private string? KeyOf(AwsRequest request) => _keys.GetValueOrDefault($"{request.Region}/{request["KeyName"]}");

    private static byte[] Field(ref Span<byte> blob)
    {
        var length = BinaryPrimitives.ReadInt32BigEndian(blob);
        var field = blob.Slice(sizeof(int), length).ToArray();
        blob = blob[(sizeof(int) + length)..];
        return field;
    }
}
