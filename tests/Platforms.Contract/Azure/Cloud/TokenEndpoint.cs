using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using System.Web;

namespace ImageOperator.Platforms.Contract.Tests.Azure.Cloud;

/// <summary>Where tokens come from: the directory's token endpoint, with its discovery, and the node's identity service.</summary>
internal sealed class TokenEndpoint(TimeProvider time)
{
    /// <summary>What was asked, field by field.</summary>
    public ConcurrentQueue<IReadOnlyDictionary<string, string>> Requests { get; } = new();

    /// <summary>How long a token lasts.</summary>
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromHours(1);

    /// <summary>What the directory says instead of a token: <c>invalid_client</c>.</summary>
    public string? Refusal { get; set; }

    public static bool IsFor(HttpRequestMessage request) =>
        request.RequestUri!.Host is "login.microsoftonline.com" or "login.example" or "169.254.169.254" || request.RequestUri.AbsolutePath.Contains("/oauth2/", StringComparison.Ordinal);

    public async Task<ArmAnswer> AnswerAsync(HttpRequestMessage request)
    {
        var path = request.RequestUri!.AbsolutePath;
        if (path.Contains("/discovery/", StringComparison.Ordinal))
        {
            return new(200, new JsonObject
            {
                ["tenant_discovery_endpoint"] = $"https://login.microsoftonline.com/{ArmCloud.Tenant}/v2.0/.well-known/openid-configuration",
                ["api-version"] = "1.1",
                ["metadata"] = new JsonArray(new JsonObject
                {
                    ["preferred_network"] = "login.microsoftonline.com",
                    ["preferred_cache"] = "login.windows.net",
                    ["aliases"] = new JsonArray("login.microsoftonline.com", "login.windows.net"),
                }),
            });
        }

        var text = request.Content is null ? request.RequestUri.Query : await request.Content.ReadAsStringAsync();
        var fields = HttpUtility.ParseQueryString(text);
        Requests.Enqueue(fields.AllKeys.Where(k => k is not null).ToDictionary(k => k!, k => fields[k]!));
        if (Refusal is { } refusal)
        {
            return new(401, new JsonObject { ["error"] = refusal, ["error_description"] = "AADSTS7000215: Invalid client secret provided.", ["error_codes"] = new JsonArray(7000215) });
        }

        var expires = time.GetUtcNow() + Lifetime;
        return new(200, new JsonObject
        {
            ["token_type"] = "Bearer",
            ["expires_in"] = request.Content is null ? ((int)Lifetime.TotalSeconds).ToString(System.Globalization.CultureInfo.InvariantCulture) : (int)Lifetime.TotalSeconds,
            ["expires_on"] = expires.ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture),
            ["access_token"] = Token(fields["client_id"] ?? "node"),
        });
    }

    /// <summary>A token that tells whom it is of. Nobody checks its signature.</summary>
    public static string Token(string application)
    {
        static string Part(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text)).TrimEnd('=').Replace('+', '-').Replace('/', '_');
        return $"{Part("{\"alg\":\"none\"}")}.{Part($"{{\"appid\":\"{application}\"}}")}.{Part("x")}";
    }
}
