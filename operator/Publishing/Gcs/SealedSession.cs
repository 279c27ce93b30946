using System.Security.Cryptography;
using System.Text;

namespace ImageOperator.Publishing.Gcs;

/// <summary>
/// The address of an upload for the ledger. Who knows it may write to the object, so it is sealed with a key made of the Secret's content, which
/// builder and sweeper have and readers of the status do not. Without a Secret it is not kept.
/// </summary>
internal static class SealedSession
{
    private const int NonceSize = 12;
    private const int TagSize = 16;
    private const int KeySize = 32;

    /// <returns>Empty where there is no Secret to seal it with.</returns>
    public static string Seal(Place place, Uri session)
    {
        if (KeyOf(place) is not { } key) return "";
        var text = Encoding.UTF8.GetBytes(session.AbsoluteUri);
        var all = new byte[NonceSize + TagSize + text.Length];
        RandomNumberGenerator.Fill(all.AsSpan(0, NonceSize));
        using var cipher = new AesGcm(key, TagSize);
        cipher.Encrypt(all.AsSpan(0, NonceSize), text, all.AsSpan(NonceSize + TagSize), all.AsSpan(NonceSize, TagSize), Encoding.UTF8.GetBytes(place.Mark));
        return Convert.ToBase64String(all);
    }

    /// <returns>Null if there is none, or if the Secret is another one by now.</returns>
    public static Uri? Open(Place place, string? text)
    {
        if (string.IsNullOrEmpty(text) || KeyOf(place) is not { } key) return null;
        try
        {
            var all = Convert.FromBase64String(text);
            if (all.Length <= NonceSize + TagSize) return null;
            var plain = new byte[all.Length - NonceSize - TagSize];
            using var cipher = new AesGcm(key, TagSize);
            cipher.Decrypt(all.AsSpan(0, NonceSize), all.AsSpan(NonceSize + TagSize), all.AsSpan(NonceSize, TagSize), plain, Encoding.UTF8.GetBytes(place.Mark));
            return new(Encoding.UTF8.GetString(plain));
        }
        catch (Exception e) when (e is CryptographicException or FormatException)
        {
            return null;
        }
    }

    private static byte[]? KeyOf(Place place) => place.Entry.CredentialsRef() is null || place.Secret(GcsAccess.KeyFile) is not { } secret ? null
        : HKDF.DeriveKey(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret), KeySize, info: "imageoperator.dev/gcs-session"u8.ToArray());
}
