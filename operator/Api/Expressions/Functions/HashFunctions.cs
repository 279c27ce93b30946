using System.Security.Cryptography;
using System.Text;
using ImageOperator.Api.Expressions.Values;
using static ImageOperator.Api.Expressions.Values.ExpressionValue;
using static ImageOperator.Api.Expressions.Values.Kinds;

namespace ImageOperator.Api.Expressions.Functions;

internal static class HashFunctions
{
#pragma warning disable CA5350, CA5351 // They tell files apart, as users ask; nothing is protected by them.
    public static readonly IReadOnlyList<Function> All =
    [
        new("md5(text)", [Scalar], Kinds.String, a => Hex(MD5.HashData(Bytes(a)))),
        new("sha1(text)", [Scalar], Kinds.String, a => Hex(SHA1.HashData(Bytes(a)))),
        new("sha256(text)", [Scalar], Kinds.String, a => Hex(SHA256.HashData(Bytes(a)))),
        new("sha512(text)", [Scalar], Kinds.String, a => Hex(SHA512.HashData(Bytes(a)))),
        new("base64sha256(text)", [Scalar], Kinds.String, a => Of(Convert.ToBase64String(SHA256.HashData(Bytes(a))))),
        new("base64sha512(text)", [Scalar], Kinds.String, a => Of(Convert.ToBase64String(SHA512.HashData(Bytes(a))))),
        new("uuidv5(namespace, name)", [Scalar], Kinds.String, a => Of(Uuid(a.Text(0), a.Text(1)))),
    ];

    private static ExpressionValue Hex(byte[] hash) => Of(Convert.ToHexStringLower(hash));

    private static byte[] Bytes(Arguments a) => Encoding.UTF8.GetBytes(a.Text(0));

    /// <summary>RFC 9562: a UUID that says the same for the same name, everywhere.</summary>
    private static string Uuid(string space, string name)
    {
        var id = space.ToLowerInvariant() switch
        {
            "dns" => new Guid("6ba7b810-9dad-11d1-80b4-00c04fd430c8"),
            "url" => new Guid("6ba7b811-9dad-11d1-80b4-00c04fd430c8"),
            "oid" => new Guid("6ba7b812-9dad-11d1-80b4-00c04fd430c8"),
            "x500" => new Guid("6ba7b814-9dad-11d1-80b4-00c04fd430c8"),
            _ when Guid.TryParse(space, out var given) => given,
            _ => throw new ExpressionException("the namespace is not known: use dns, url, oid, x500 or a UUID"),
        };
        var hash = SHA1.HashData([.. id.ToByteArray(bigEndian: true), .. Encoding.UTF8.GetBytes(name)]);
        hash[6] = (byte)((hash[6] & 0x0F) | 0x50);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash.AsSpan(0, 16), bigEndian: true).ToString();
    }
#pragma warning restore CA5350, CA5351
}
