using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Amazon.Runtime;

namespace ImageOperator.Platforms.Aws.Access;

/// <summary>AWS's signature (version 4), for requests that the SDK does not make: the opening of a websocket, and calls of IAM.</summary>
internal static class RequestSignature
{
    private const string Algorithm = "AWS4-HMAC-SHA256";

    /// <returns>The headers to send.</returns>
    public static IReadOnlyDictionary<string, string> Sign(string method, Uri address, ReadOnlySpan<byte> body, string service, string region, ImmutableCredentials credentials, DateTimeOffset now)
    {
        var (date, time) = (now.UtcDateTime.ToString("yyyyMMdd", CultureInfo.InvariantCulture), now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture));
        var headers = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["host"] = address.Authority, ["x-amz-date"] = time };
        if (credentials.UseToken) headers["x-amz-security-token"] = credentials.Token;
        var names = string.Join(';', headers.Keys);
        var request = string.Join('\n', method, address.AbsolutePath, Query(address), string.Concat(headers.Select(h => $"{h.Key}:{h.Value}\n")), names, Hex(SHA256.HashData(body)));
        var scope = $"{date}/{region}/{service}/aws4_request";
        var text = string.Join('\n', Algorithm, time, scope, Hex(SHA256.HashData(Encoding.UTF8.GetBytes(request))));
        var key = new[] { date, region, service, "aws4_request" }.Aggregate(Encoding.UTF8.GetBytes("AWS4" + credentials.SecretKey), Hmac);
        headers.Remove("host");
        headers["Authorization"] = $"{Algorithm} Credential={credentials.AccessKey}/{scope}, SignedHeaders={names}, Signature={Hex(Hmac(key, text))}";
        return headers;
    }

    private static string Query(Uri address) => string.Join('&', address.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries)
        .Select(p => p.Split('=', 2)).Select(p => (Name: Encoded(p[0]), Value: p.Length > 1 ? Encoded(p[1]) : ""))
        .OrderBy(p => p.Name, StringComparer.Ordinal).ThenBy(p => p.Value, StringComparer.Ordinal).Select(p => $"{p.Name}={p.Value}"));

    private static string Encoded(string text) => Uri.EscapeDataString(Uri.UnescapeDataString(text));

    private static byte[] Hmac(byte[] key, string text) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text));

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);
}
