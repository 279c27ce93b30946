using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ImageOperator.Workspaces.Tests.Servers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ImageOperator.Publishing.Tests.Gcs;

/// <summary>
/// A double of the part of Google Cloud Storage's JSON API that is used, and of the authority that gives tokens. Its rules, with what of
/// Google's documentation they follow, stand in docs/platforms/google-storage-double.md.
/// </summary>
internal sealed class GcsServer : IAsyncDisposable
{
    /// <summary>Google's library writes it whatever the key's <c>token_uri</c> is.</summary>
    private const string Audience = "https://oauth2.googleapis.com/token";

    /// <summary>What the security token service takes, of workloads of one pool.</summary>
    public const string ClusterToken = "s3cret-of-the-cluster";

    public const string Pool = "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/clusters/providers/lab";

    private readonly IHost _host;
    private readonly RSA _key = RSA.Create(2048);
    private readonly HashSet<string> _tokens = [];
    private int _tokenNumber;

    private GcsServer()
    {
        var port = Tool.FreePort();
        Url = $"http://127.0.0.1:{port.ToString(CultureInfo.InvariantCulture)}";
        _host = new HostBuilder().ConfigureWebHost(web => web
            .UseKestrel(k =>
            {
                k.Limits.MaxRequestBodySize = null;
                k.Limits.MinRequestBodyDataRate = null;
                k.Listen(IPAddress.Loopback, port, l => l.Protocols = HttpProtocols.Http1);
            })
            .Configure(app => app.Run(AnswerAsync))).ConfigureLogging(l => l.ClearProviders()).Build();
    }

    public string Url { get; }

    public GcsStore Store { get; } = new();

    /// <summary>Sees each request first; true if it has answered.</summary>
    public Func<HttpContext, Task<bool>> First { get; set; } = _ => Task.FromResult(false);

    public List<string> Requests { get; } = [];

    /// <summary>The JSON of a service account's key that this authority knows.</summary>
    public string KeyJson => JsonSerializer.Serialize(new
    {
        type = "service_account",
        project_id = "example",
        private_key_id = "1",
        private_key = _key.ExportPkcs8PrivateKeyPem(),
        client_email = "builder@example.iam.gserviceaccount.com",
        client_id = "1",
        token_uri = $"{Url}/token",
        universe_domain = "googleapis.com",
    });

    /// <summary>Of workload identity federation, with a file that has the cluster's token; with the account, if wanted, whose rights are used.</summary>
    public string FederationJson(string tokenFile, bool impersonates) => JsonSerializer.Serialize(new Dictionary<string, object>
    {
        ["type"] = "external_account",
        ["universe_domain"] = "googleapis.com",
        ["audience"] = Pool,
        ["subject_token_type"] = "urn:ietf:params:oauth:token-type:jwt",
        ["token_url"] = $"{Url}/sts",
        ["credential_source"] = new { file = tokenFile },
    }.Concat(impersonates ? [new("service_account_impersonation_url", $"{Url}/impersonate")] : Array.Empty<KeyValuePair<string, object>>()).ToDictionary());

    public static async Task<GcsServer> StartAsync()
    {
        var server = new GcsServer();
        await server._host.StartAsync();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
        _key.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var request = context.Request;
        // Names have slashes in them, which stand there as %2F.
        var path = context.Features.Get<IHttpRequestFeature>()!.RawTarget.Split('?')[0].Trim('/').Split('/').Select(Uri.UnescapeDataString).ToArray();
        lock (Requests) Requests.Add($"{request.Method} {request.Path}{request.QueryString}");
        if (await First(context)) return;
        switch (path)
        {
            case ["token"]:
                await TokenAsync(context);
                return;
            case ["sts"]:
                await ExchangeAsync(context);
                return;
            case ["impersonate"] when IsKnown(request.Headers.Authorization.ToString()):
                await context.Response.WriteAsync($$"""{"accessToken":"{{NewToken()}}","expireTime":"2099-01-01T00:00:00Z"}""");
                return;
        }

        if (request.Query.TryGetValue("upload_id", out var upload))
        {
            // The address is the permission; a token that is sent along is one that is given away.
            if (request.Headers.Authorization.Count > 0) await ErrorAsync(context, 400, "a token where none is wanted");
            else await SessionAsync(context, upload.ToString());
            return;
        }

        if (!IsKnown(request.Headers.Authorization.ToString()))
        {
            await ErrorAsync(context, 401, "Invalid Credentials");
            return;
        }

        switch ((request.Method, path))
        {
            case ("POST", ["upload", "storage", "v1", "b", var bucket, "o"]) when request.Query["uploadType"] == "resumable":
                await BeginAsync(context, bucket);
                break;
            case ("GET", ["storage", "v1", "b", _, "o", var name]) when Store.Live(name) is { } live:
                await context.Response.WriteAsync(live.ToJson());
                break;
            case ("DELETE", ["storage", "v1", "b", _, "o", var name]):
                await DoneAsync(context, Store.Delete(name, Generation(request, "generation")), "");
                break;
            case ("POST", ["storage", "v1", "b", _, "o", var name, "rewriteTo", "b", _, "o", var to]) when name == to:
                await RewriteAsync(context, name);
                break;
            case ("POST", ["storage", "v1", "b", _, "o", var name, "restore"]):
                await DoneAsync(context, Store.Restore(name, Generation(request, "generation") ?? 0, Generation(request, "ifGenerationMatch")), "{}");
                break;
            default:
                await ErrorAsync(context, 404, "Not Found");
                break;
        }
    }

    private async Task TokenAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync();
        var parts = form["assertion"].ToString().Split('.');
        var claims = parts.Length == 3 ? JsonNode.Parse(Decode(parts[1])) : null;
        var signed = parts.Length == 3 && _key.VerifyData(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Decode(parts[2]), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        if (!signed || (string?)claims!["aud"] != Audience || (string?)claims["iss"] != "builder@example.iam.gserviceaccount.com")
        {
            context.Response.StatusCode = 400;
            await context.Response.WriteAsync("""{"error":"invalid_grant","error_description":"Invalid JWT Signature."}""");
            return;
        }

        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync($$"""{"access_token":"{{NewToken()}}","expires_in":3600,"token_type":"Bearer"}""");
    }

    /// <summary>Google's security token service: a token of a cluster for one of Google's.</summary>
    private async Task ExchangeAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync();
        if (form["subject_token"] != ClusterToken || form["audience"] != Pool)
        {
            context.Response.StatusCode = 400;
            await context.Response.WriteAsync("""{"error":"invalid_grant","error_description":"The token is not of the pool."}""");
            return;
        }

        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync($$"""{"access_token":"{{NewToken()}}","issued_token_type":"urn:ietf:params:oauth:token-type:access_token","expires_in":3600,"token_type":"Bearer"}""");
    }

    private string NewToken()
    {
        var token = $"s3cret-token-{Interlocked.Increment(ref _tokenNumber).ToString(CultureInfo.InvariantCulture)}";
        lock (_tokens) _tokens.Add(token);
        return token;
    }

    private bool IsKnown(string authorization)
    {
        lock (_tokens) return authorization.StartsWith("Bearer ", StringComparison.Ordinal) && _tokens.Contains(authorization["Bearer ".Length..]);
    }

    private async Task BeginAsync(HttpContext context, string bucket)
    {
        var request = context.Request;
        if (bucket != Store.Bucket)
        {
            await ErrorAsync(context, 404, "The specified bucket does not exist.");
            return;
        }

        var described = (await JsonNode.ParseAsync(request.Body))!.AsObject();
        var length = long.Parse(request.Headers["X-Upload-Content-Length"].ToString(), CultureInfo.InvariantCulture);
        if (Store.Begin(request.Query["name"].ToString(), described, length, Generation(request, "ifGenerationMatch")) is not { } upload)
        {
            await ErrorAsync(context, 412, "At least one of the pre-conditions you specified did not hold.");
            return;
        }

        context.Response.Headers.Location = $"{Url}/upload/storage/v1/b/{bucket}/o?uploadType=resumable&name=x&upload_id={upload}";
    }

    private async Task SessionAsync(HttpContext context, string id)
    {
        if (Store.Find(id) is not { } upload)
        {
            await ErrorAsync(context, 404, "No such upload");
            return;
        }

        if (context.Request.Method == "DELETE")
        {
            Store.Cancel(id);
            context.Response.StatusCode = 499;
            return;
        }

        var range = context.Request.Headers.ContentRange.ToString();
        var (status, text) = range.StartsWith("bytes */", StringComparison.Ordinal) ? Store.Status(upload) : await Store.ReceiveAsync(upload, range, context.Request.Body);
        context.Response.StatusCode = status;
        if (status == 308 && upload.Received > 0) context.Response.Headers["Range"] = $"bytes=0-{(upload.Received - 1).ToString(CultureInfo.InvariantCulture)}";
        if (status is 200) await context.Response.WriteAsync(text);
        else if (status != 308) await ErrorAsync(context, status, text);
    }

    private async Task RewriteAsync(HttpContext context, string name)
    {
        // In two calls, as large objects are.
        if (!context.Request.Query.ContainsKey("rewriteToken") && Store.Has(name, Generation(context.Request, "sourceGeneration") ?? 0))
        {
            await context.Response.WriteAsync("""{"kind":"storage#rewriteResponse","done":false,"rewriteToken":"again"}""");
            return;
        }

        await DoneAsync(context, Store.Rewrite(name, Generation(context.Request, "sourceGeneration") ?? 0, Generation(context.Request, "ifGenerationMatch")), """{"kind":"storage#rewriteResponse","done":true}""");
    }

    private static Task DoneAsync(HttpContext context, int status, string text)
    {
        if (status >= 400) return ErrorAsync(context, status, status == 412 ? "At least one of the pre-conditions you specified did not hold." : "Not Found");
        context.Response.StatusCode = text.Length > 0 ? 200 : 204;
        return text.Length > 0 ? context.Response.WriteAsync(text) : Task.CompletedTask;
    }

    private static long? Generation(HttpRequest request, string name) => request.Query.TryGetValue(name, out var value) ? long.Parse(value.ToString(), CultureInfo.InvariantCulture) : null;

    private static Task ErrorAsync(HttpContext context, int status, string message)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsync(JsonSerializer.Serialize(new { error = new { code = status, message } }));
    }

    private static byte[] Decode(string text) => Convert.FromBase64String(text.Replace('-', '+').Replace('_', '/').PadRight((text.Length + 3) / 4 * 4, '='));
}
