using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Web;

namespace ImageOperator.Platforms.Contract.Tests.Gcp.Cloud;

/// <summary>
/// The endpoints that give out tokens: OAuth's for service account keys, the Security Token Service's for federated ones, and IAM's for impersonation. Keys and delegates
/// are really checked.
/// </summary>
internal sealed class GoogleIdentity : IDisposable
{
    private readonly RSA _key = RSA.Create(2048);
    private readonly ConcurrentDictionary<string, string> _tokens = new();

    /// <summary>What was asked, in order: <c>sts //iam…</c>, <c>impersonate images@… as …</c>.</summary>
    public ConcurrentQueue<string> Asked { get; } = new();

    /// <summary>The universe's.</summary>
    public string Domain { get; init; } = "googleapis.com";

    /// <summary>Who may impersonate whom: <c>a > b</c>.</summary>
    public HashSet<string> Impersonations { get; } = [];

    /// <summary>The token of a cluster's service account that is trusted.</summary>
    public string SubjectToken { get; set; } = "a.b.c";

    /// <summary>A key of a service account, as Google's console gives it.</summary>
    public string KeyOf(string email) => JsonSerializer.Serialize(new
    {
        type = "service_account",
        project_id = GcpSite.Project,
        private_key_id = "k1",
        private_key = _key.ExportPkcs8PrivateKeyPem(),
        client_email = email,
        client_id = "1",
        token_uri = "https://oauth2.googleapis.com/token",
    });

    /// <summary>Whose a token is; null: nobody's.</summary>
    public string? OwnerOf(string? token) => token is null ? null : _tokens.GetValueOrDefault(token) ?? (token.Count(c => c == '.') == 2 ? Issuer(token) : null);

    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request)
    {
        var text = request.Content is null ? "" : await request.Content.ReadAsStringAsync();
        var host = request.RequestUri!.Host;
        var answer = (host.EndsWith("." + Domain, StringComparison.Ordinal) ? host[..^(Domain.Length + 1)] : "", request.RequestUri.AbsolutePath) switch
        {
            ("oauth2", "/token") => OfKey(HttpUtility.ParseQueryString(text)["assertion"] ?? ""),
            ("sts", "/v1/token") => OfSubject(HttpUtility.ParseQueryString(text)),
            ("iamcredentials", var path) when path.EndsWith(":generateAccessToken", StringComparison.Ordinal) =>
                Impersonate(request, path.Split('/')[^1].Split(':')[0], JsonNode.Parse(text)!),
            _ => GoogleAnswer.NotFound(request.RequestUri.ToString()),
        };
        return answer.ToResponse();
    }

    public void Dispose() => _key.Dispose();

    private GoogleAnswer OfKey(string assertion) => Issuer(assertion) is { } email ? Give(email, "access_token", "expires_in") : OAuth("invalid_grant", "Invalid JWT Signature.");

    private GoogleAnswer OfSubject(System.Collections.Specialized.NameValueCollection form)
    {
        Asked.Enqueue($"sts {form["audience"]}");
        return form["subject_token"] == SubjectToken && form["grant_type"] == "urn:ietf:params:oauth:grant-type:token-exchange"
            ? Give("federated", "access_token", "expires_in")
            : OAuth("invalid_grant", "The subject token is not trusted.");
    }

    private GoogleAnswer Impersonate(HttpRequestMessage request, string target, JsonNode body)
    {
        var who = OwnerOf(request.Headers.Authorization?.Parameter);
        Asked.Enqueue($"impersonate {target} as {who}");
        if (who is null) return GoogleAnswer.Error(HttpStatusCode.Unauthorized, "authError", "Invalid Credentials");
        var chain = (body["delegates"]?.AsArray() ?? []).Select(d => ((string)d!).Split('/')[^1]).Prepend(who).Append(target).ToList();
        for (var i = 1; i < chain.Count; i++)
        {
            if (Impersonations.Contains($"{chain[i - 1]} > {chain[i]}")) continue;
            return GoogleAnswer.Error(HttpStatusCode.Forbidden, "forbidden", $"Permission 'iam.serviceAccounts.getAccessToken' denied on resource (or it may not exist): {chain[i]}");
        }

        var token = Token(target);
        return GoogleAnswer.Ok(new JsonObject { ["accessToken"] = token, ["expireTime"] = TimeProvider.System.GetUtcNow().AddHours(1).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture) });
    }

    private GoogleAnswer Give(string who, string tokenName, string lifetimeName) =>
        GoogleAnswer.Ok(new JsonObject { [tokenName] = Token(who), ["token_type"] = "Bearer", [lifetimeName] = 3600, ["issued_token_type"] = "urn:ietf:params:oauth:token-type:access_token" });

    private string Token(string who)
    {
        var token = $"ya29-{Guid.NewGuid():n}";
        _tokens[token] = who;
        return token;
    }

    private static GoogleAnswer OAuth(string error, string description) => new(HttpStatusCode.BadRequest, new JsonObject { ["error"] = error, ["error_description"] = description });

    /// <summary>Who signed a JSON web token; null: not with our key.</summary>
    private string? Issuer(string token)
    {
        var parts = token.Split('.');
        if (parts.Length != 3 || !_key.VerifyData(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Base64Url.DecodeFromChars(parts[2]), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)) return null;
        return (string?)JsonNode.Parse(Base64Url.DecodeFromChars(parts[1]))!["iss"];
    }
}
