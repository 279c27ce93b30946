using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ImageOperator.Platforms.Contract.Tests.Aws.Cloud;

/// <summary>Signs calls to moto (SigV4) as one of its users: the proxy has changed what the SDK signed.</summary>
internal sealed class MotoSigner(string accessKey, string secretKey)
{
    private const string Algorithm = "AWS4-HMAC-SHA256";
    private const string SignedHeaders = "host;x-amz-date";

    public async Task SignAsync(HttpRequestMessage request, string region, string service)
    {
        var body = await request.Content!.ReadAsByteArrayAsync();
        var date = TimeProvider.System.GetUtcNow().ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        var host = request.RequestUri!.Authority;
        var scope = $"{date[..8]}/{region}/{service}/aws4_request";
        var canonical = $"POST\n/\n\nhost:{host}\nx-amz-date:{date}\n\n{SignedHeaders}\n{Hash(body)}";
        var text = $"{Algorithm}\n{date}\n{scope}\n{Hash(Encoding.UTF8.GetBytes(canonical))}";
        var key = scope.Split('/').Aggregate(Encoding.UTF8.GetBytes("AWS4" + secretKey), Mac);
        request.Headers.Remove("Authorization");
        request.Headers.Remove("X-Amz-Date");
        request.Headers.Host = host;
        request.Headers.TryAddWithoutValidation("X-Amz-Date", date);
        request.Headers.TryAddWithoutValidation("Authorization", $"{Algorithm} Credential={accessKey}/{scope}, SignedHeaders={SignedHeaders}, Signature={Convert.ToHexStringLower(Mac(key, text))}");
    }

    private static byte[] Mac(byte[] key, string text) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text));

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
