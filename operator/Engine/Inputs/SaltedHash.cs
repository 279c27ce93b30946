using System.Security.Cryptography;
using System.Text;

namespace ImageOperator.Engine.Inputs;

/// <summary>Hashes that can be compared, and from which nobody without the salt learns anything: not even by trying values out.</summary>
/// <param name="salt">The key; null makes hashes that are like no other, so that whatever they are of counts as changed.</param>
internal sealed class SaltedHash(ReadOnlyMemory<byte>? salt)
{
    private const int OwnSalt = 32;

    private readonly byte[] _key = salt is { Length: > 0 } given ? given.ToArray() : RandomNumberGenerator.GetBytes(OwnSalt);

    /// <summary>Equal for equal values of one name; for equal values of two names it is not.</summary>
    public byte[] Of(string name, string value) => HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes($"{name}\0{value}"));
}
