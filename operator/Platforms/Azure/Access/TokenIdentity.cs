using System.Buffers.Text;
using System.Text.Json;

namespace ImageOperator.Platforms.Azure.Access;

/// <summary>Whom a token is of. It is only read, for people: Azure checks it.</summary>
internal static class TokenIdentity
{
    /// <returns>Null if the token does not say.</returns>
    public static string? Of(string token)
    {
        if (token.Split('.') is not [_, var payload, ..]) return null;
        try
        {
            using var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(payload));
            string? Claim(string name) => claims.RootElement.TryGetProperty(name, out var value) ? value.GetString() : null;
            return (Claim("appid") ?? Claim("azp")) is { } application ? $"application {application}" : Claim("upn") ?? (Claim("oid") is { } principal ? $"principal {principal}" : null);
        }
        catch (Exception e) when (e is FormatException or JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
