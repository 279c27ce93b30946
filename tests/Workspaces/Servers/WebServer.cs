using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ImageOperator.Workspaces.Tests.Servers;

/// <summary>A web server on a loopback port: files of a folder, and git's own http-backend below /git/. With TLS it has a certificate of its own.</summary>
internal sealed class WebServer : IAsyncDisposable
{
    private readonly IHost _host;
    private readonly List<string> _requests = [];

    private WebServer(string folder, bool tls, string? password, Func<HttpContext, Task<bool>>? first)
    {
        Folder = folder;
        Port = Tool.FreePort();
        var (certificate, pem) = Certificate();
        Authority = pem;
        Url = $"{(tls ? "https" : "http")}://127.0.0.1:{Port.ToString(CultureInfo.InvariantCulture)}";
        var expected = password is null ? null : "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"robot:{password}"));
        _host = new HostBuilder().ConfigureWebHost(web => web
            .UseKestrel(k => k.Listen(IPAddress.Loopback, Port, l =>
            {
                if (tls) l.UseHttps(certificate);
            }))
            .Configure(app => app.Run(async context =>
            {
                lock (_requests) _requests.Add($"{context.Request.Method} {context.Request.Path}{context.Request.QueryString} {context.Request.Headers.Authorization}".Trim());
                if (first is not null && await first(context)) return;
                if (expected is not null && context.Request.Headers.Authorization != expected)
                {
                    context.Response.StatusCode = 401;
                    context.Response.Headers.WWWAuthenticate = "Basic realm=\"files\"";
                }
                else if (context.Request.Path.StartsWithSegments("/git")) await GitAsync(context);
                else await FileAsync(context);
            }))).ConfigureLogging(l => l.ClearProviders()).Build();
    }

    public string Folder { get; }

    public int Port { get; }

    public string Url { get; }

    public string Authority { get; }

    public IReadOnlyList<string> Requests
    {
        get
        {
            lock (_requests) return [.. _requests];
        }
    }

    public static async Task<WebServer> StartAsync(string folder, bool tls = false, string? password = null, Func<HttpContext, Task<bool>>? first = null)
    {
        var server = new WebServer(folder, tls, password, first);
        await server._host.StartAsync();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }

    private async Task FileAsync(HttpContext context)
    {
        var path = Path.Combine(Folder, context.Request.Path.Value!.TrimStart('/'));
        if (File.Exists(path)) await context.Response.SendFileAsync(path);
        else context.Response.StatusCode = 404;
    }

    /// <summary>CGI, as RFC 3875 says.</summary>
    private async Task GitAsync(HttpContext context)
    {
        var request = context.Request;
        var start = new ProcessStartInfo(Tool.Require("git-http-backend", "git")) { RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach (var (name, value) in new Dictionary<string, string?>
        {
            ["GIT_PROJECT_ROOT"] = Folder,
            ["GIT_HTTP_EXPORT_ALL"] = "1",
            ["REQUEST_METHOD"] = request.Method,
            ["QUERY_STRING"] = request.QueryString.Value?.TrimStart('?'),
            ["PATH_INFO"] = request.Path.Value!["/git".Length..],
            ["CONTENT_TYPE"] = request.ContentType,
            ["GIT_PROTOCOL"] = request.Headers["Git-Protocol"],
            ["HTTP_CONTENT_ENCODING"] = request.Headers.ContentEncoding,
            ["REMOTE_USER"] = "robot",
            ["REMOTE_ADDR"] = "127.0.0.1",
            ["GIT_CONFIG_COUNT"] = "1",
            ["GIT_CONFIG_KEY_0"] = "safe.directory",
            ["GIT_CONFIG_VALUE_0"] = "*",
        })
        {
            start.Environment[name] = value ?? "";
        }

        using var process = Process.Start(start)!;
        await request.Body.CopyToAsync(process.StandardInput.BaseStream);
        process.StandardInput.Close();
        using var answer = new MemoryStream();
        await process.StandardOutput.BaseStream.CopyToAsync(answer);
        await process.WaitForExitAsync();
        var bytes = answer.ToArray();
        var end = bytes.AsSpan().IndexOf("\r\n\r\n"u8);
        foreach (var line in Encoding.ASCII.GetString(bytes, 0, end).Split("\r\n"))
        {
            var (name, value) = (line[..line.IndexOf(':', StringComparison.Ordinal)], line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim());
            if (name == "Status") context.Response.StatusCode = int.Parse(value.Split(' ')[0], CultureInfo.InvariantCulture);
            else context.Response.Headers[name] = value;
        }

        await context.Response.Body.WriteAsync(bytes.AsMemory(end + 4));
    }

    public static (X509Certificate2 Certificate, string Pem) Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN=loopback {Guid.NewGuid():N}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        var made = request.CreateSelfSigned(new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), new(2036, 1, 1, 0, 0, 0, TimeSpan.Zero));
        return (made, made.ExportCertificatePem());
    }
}
