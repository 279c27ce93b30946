using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;

namespace ImageOperator.Workspaces.Tests.Servers;

/// <summary>Debian's docker-registry, with or without TLS and a password.</summary>
internal sealed class Registry : IAsyncDisposable
{
    public const string User = "robot";
    public const string Password = "s3cret-registry";

    /// <summary>bcrypt of the password.</summary>
    private const string Htpasswd = User + ":$2b$05$abcdefghijklmnopqrstuu2PM.CK/c6oWfv6epfx.iEKsZ1xTyVpm\n";

    private readonly Process _process;
    private readonly HttpClient _http;

    private Registry(Process process, int port, bool secured, string? authority)
    {
        _process = process;
        Authority = authority;
        Host = $"127.0.0.1:{port.ToString(CultureInfo.InvariantCulture)}";
        _http = new(new HttpClientHandler { ServerCertificateCustomValidationCallback = (_, _, _, _) => true }) { BaseAddress = new($"{(secured ? "https" : "http")}://{Host}/v2/") };
        _http.DefaultRequestHeaders.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{User}:{Password}")));
    }

    public string Host { get; }

    /// <summary>As its user.</summary>
    public HttpClient Http => _http;

    public string? Authority { get; }

    public string DockerConfig => JsonSerializer.Serialize(new { auths = new Dictionary<string, object> { [Host] = new { auth = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{User}:{Password}")) } } });

    public static async Task<Registry> StartAsync(string folder, bool secured = false, bool deletes = true)
    {
        var program = Tool.Require("docker-registry", "docker-registry");
        Directory.CreateDirectory(folder);
        var port = Tool.FreePort();
        var pem = default(string);
        var extra = "";
        if (secured)
        {
            (var certificate, pem) = WebServer.Certificate();
            await File.WriteAllTextAsync(Path.Combine(folder, "tls.crt"), pem);
            await File.WriteAllTextAsync(Path.Combine(folder, "tls.key"), certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
            await File.WriteAllTextAsync(Path.Combine(folder, "htpasswd"), Htpasswd);
            extra = $"  tls: {{certificate: {folder}/tls.crt, key: {folder}/tls.key}}\nauth: {{htpasswd: {{realm: images, path: {folder}/htpasswd}}}}\n";
        }

        await File.WriteAllTextAsync(Path.Combine(folder, "config.yml"), $"version: 0.1\nlog: {{level: warn}}\nstorage: {{filesystem: {{rootdirectory: {folder}/data}}, delete: {{enabled: {(deletes ? "true" : "false")}}}}}\nhttp:\n  addr: 127.0.0.1:{port}\n{extra}");
        var log = Path.Combine(folder, "registry.log");
        var process = Tool.Start(log, program, "serve", Path.Combine(folder, "config.yml"));
        await Tool.WaitForAsync(port, process, log);
        return new(process, port, secured, pem);
    }

    /// <summary>Pushes an artifact.</summary>
    /// <returns>Its digest.</returns>
    public async Task<string> PushAsync(string repository, string tag, params (string MediaType, byte[] Content, Dictionary<string, string>? Annotations)[] layers)
    {
        var descriptors = new List<object>();
        foreach (var (type, content, annotations) in layers)
        {
            descriptors.Add(new { mediaType = type, digest = await BlobAsync(repository, content), size = content.Length, annotations });
        }

        var config = "{}"u8.ToArray();
        var manifest = JsonSerializer.SerializeToUtf8Bytes(new
        {
            schemaVersion = 2,
            mediaType = "application/vnd.oci.image.manifest.v1+json",
            config = new { mediaType = "application/vnd.oci.empty.v1+json", digest = await BlobAsync(repository, config), size = config.Length },
            layers = descriptors,
        });
        using var body = new ByteArrayContent(manifest);
        body.Headers.ContentType = new MediaTypeHeaderValue("application/vnd.oci.image.manifest.v1+json");
        using var answer = await _http.PutAsync($"{repository}/manifests/{tag}", body);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return DigestOf(manifest);
    }

    /// <summary>What the registry answers who asks for a manifest.</summary>
    public async Task<System.Net.HttpStatusCode> FindAsync(string repository, string tagOrDigest)
    {
        using var answer = await GetManifestAsync(repository, tagOrDigest);
        return answer.StatusCode;
    }

    public async Task<HttpResponseMessage> GetManifestAsync(string repository, string tagOrDigest)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{repository}/manifests/{tagOrDigest}");
        request.Headers.Accept.ParseAdd("application/vnd.oci.image.manifest.v1+json");
        return await _http.SendAsync(request);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private async Task<string> BlobAsync(string repository, byte[] content)
    {
        var digest = DigestOf(content);
        using var begun = await _http.PostAsync($"{repository}/blobs/uploads/", null);
        var place = begun.Headers.Location!;
        using var body = new ByteArrayContent(content);
        using var answer = await _http.PutAsync(new Uri(_http.BaseAddress!, $"{place}{(place.ToString().Contains('?', StringComparison.Ordinal) ? "&" : "?")}digest={digest}"), body);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return digest;
    }

    private static string DigestOf(byte[] content) => $"sha256:{Convert.ToHexStringLower(SHA256.HashData(content))}";
}
