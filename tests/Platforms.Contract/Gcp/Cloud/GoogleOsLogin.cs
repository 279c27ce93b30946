using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace ImageOperator.Platforms.Contract.Tests.Gcp.Cloud;

/// <summary>OS Login's profiles, and whose a token is. An account may see and change its own profile only.</summary>
internal sealed class GoogleOsLogin(TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, SortedDictionary<string, JsonObject>> _keys = [];

    /// <summary>Whose a token is; null: nobody's.</summary>
    public Func<string?, string?> OwnerOf { get; set; } = _ => "builder@lab-project.iam.gserviceaccount.com";

    /// <summary>What the tokens tell of their owners besides; the address if null.</summary>
    public JsonObject? TokenInfo { get; set; }

    /// <summary>The user that accounts log in as.</summary>
    public string? Username { get; set; } = "sa_114200073331234567890";

    /// <summary>Keys are taken, and guests do not hear of them.</summary>
    public bool Drops { get; set; }

    /// <summary>What was imported.</summary>
    public List<(string Account, string Project, JsonObject Key, DateTimeOffset At)> Imported { get; } = [];

    /// <summary>The keys, as <c>users/ACCOUNT/sshPublicKeys/FINGERPRINT</c>.</summary>
    public IReadOnlyList<string> Names
    {
        get
        {
            lock (_lock) return [.. _keys.SelectMany(u => u.Value.Keys.Select(k => $"users/{u.Key}/sshPublicKeys/{k}"))];
        }
    }

    /// <summary>The keys that are valid now: guests let them in.</summary>
    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lock) return Drops ? [] : [.. _keys.Values.SelectMany(u => u.Values).Where(k => Ends(k) > Now).Select(k => (string)k["key"]!)];
        }
    }

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds() * 1000;

    /// <summary>The method's ID in the APIs' descriptions.</summary>
    public static string? MethodOf(HttpMethod method, Uri url) => (method.Method, url.AbsolutePath) switch
    {
        ("POST", "/tokeninfo") => "oauth2.tokeninfo",
        (_, var path) when !path.StartsWith("/v1/users/", StringComparison.Ordinal) => null,
        ("POST", var path) when path.EndsWith(":importSshPublicKey", StringComparison.Ordinal) => "oslogin.users.importSshPublicKey",
        ("GET", var path) when path.EndsWith("/loginProfile", StringComparison.Ordinal) => "oslogin.users.getLoginProfile",
        ("DELETE", var path) when path.Contains("/sshPublicKeys/", StringComparison.Ordinal) => "oslogin.users.sshPublicKeys.delete",
        _ => null,
    };

    public async Task<GoogleAnswer> AnswerAsync(string method, HttpRequestMessage request)
    {
        var text = request.Content is null ? "" : await request.Content.ReadAsStringAsync();
        if (method == "oauth2.tokeninfo") return Info(System.Web.HttpUtility.ParseQueryString(text)["access_token"]);
        // "", "v1", "users", ACCOUNT(:importSshPublicKey), ("sshPublicKeys", FINGERPRINT)
        var parts = request.RequestUri!.AbsolutePath.Split('/').Select(Uri.UnescapeDataString).ToArray();
        var account = parts[3].Split(':')[0];
        if (OwnerOf(request.Headers.Authorization?.Parameter) is not { } owner) return GoogleAnswer.Error(HttpStatusCode.Unauthorized, "authError", "Request had invalid authentication credentials.");
        if (account != owner && account != (string?)TokenInfo?["azp"]) return GoogleAnswer.Error(HttpStatusCode.Forbidden, "forbidden", $"The caller does not have permission to users/{account}");
        lock (_lock)
        {
            var keys = _keys.TryGetValue(account, out var found) ? found : _keys[account] = [];
            return method switch
            {
                "oslogin.users.getLoginProfile" => GoogleAnswer.Ok(Profile(account, keys)),
                "oslogin.users.importSshPublicKey" => Import(account, System.Web.HttpUtility.ParseQueryString(request.RequestUri.Query)["projectId"]!, keys, JsonNode.Parse(text)!.AsObject()),
                _ => keys.Remove(parts[5]) ? GoogleAnswer.Ok(new JsonObject()) : GoogleAnswer.NotFound($"users/{account}/sshPublicKeys/{parts[5]}"),
            };
        }
    }

    private GoogleAnswer Info(string? token)
    {
        if (OwnerOf(token) is not { } owner) return new(HttpStatusCode.BadRequest, new JsonObject { ["error"] = "invalid_token", ["error_description"] = "Invalid Value" });
        var info = TokenInfo?.DeepClone().AsObject() ?? new JsonObject { ["azp"] = "114200073331234567890", ["email"] = owner, ["email_verified"] = "true" };
        info["expires_in"] = "3599";
        return GoogleAnswer.Ok(info);
    }

    private GoogleAnswer Import(string account, string project, SortedDictionary<string, JsonObject> keys, JsonObject key)
    {
        if (((string?)key["key"])?.Split(' ') is not [.. { Length: >= 2 } parts]) return GoogleAnswer.Invalid("sshPublicKey.key", "it is no public key");
        if (key.Select(p => p.Key).Except(["key", "expirationTimeUsec"]).FirstOrDefault() is { } unknown) return GoogleAnswer.Error(HttpStatusCode.BadRequest, "invalidArgument", $"Unknown name \"{unknown}\"");
        if (Ends(key) <= Now) return GoogleAnswer.Invalid("sshPublicKey.expirationTimeUsec", "it is over");
        var fingerprint = Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes($"{parts[0]} {parts[1]}")));
        key["fingerprint"] = fingerprint;
        key["name"] = $"users/{account}/sshPublicKeys/{fingerprint}";
        keys[fingerprint] = key.DeepClone().AsObject();
        Imported.Add((account, project, key, time.GetUtcNow()));
        return GoogleAnswer.Ok(new JsonObject { ["loginProfile"] = Profile(account, keys) });
    }

    private static long Ends(JsonObject key) => long.Parse((string?)key["expirationTimeUsec"] ?? long.MaxValue.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    private JsonObject Profile(string account, SortedDictionary<string, JsonObject> keys)
    {
        var profile = new JsonObject { ["name"] = account, ["sshPublicKeys"] = new JsonObject(keys.Select(k => KeyValuePair.Create(k.Key, (JsonNode?)k.Value.DeepClone()))) };
        if (Username is not null)
        {
            profile["posixAccounts"] = new JsonArray(
                new JsonObject { ["username"] = "elsewhere", ["uid"] = "7", ["operatingSystemType"] = "WINDOWS" },
                new JsonObject { ["primary"] = true, ["username"] = Username, ["uid"] = "2000", ["gid"] = "2000", ["homeDirectory"] = $"/home/{Username}", ["operatingSystemType"] = "LINUX" });
        }

        return profile;
    }
}
