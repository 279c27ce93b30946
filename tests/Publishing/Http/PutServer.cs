using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using ImageOperator.Workspaces.Tests.Servers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ImageOperator.Publishing.Tests.Http;

/// <summary>A web server with PUT, GET, HEAD and DELETE over a folder, as WebDAV servers and artifact stores have them.</summary>
internal sealed class PutServer : IAsyncDisposable
{
    private readonly IHost _host;

    private PutServer(string folder, bool tls)
    {
        Folder = folder;
        Directory.CreateDirectory(folder);
        var port = Tool.FreePort();
        var (certificate, pem) = WebServer.Certificate();
        Authority = pem;
        Url = $"{(tls ? "https" : "http")}://127.0.0.1:{port.ToString(CultureInfo.InvariantCulture)}/";
        _host = new HostBuilder().ConfigureWebHost(web => web
            .UseKestrel(k =>
            {
                k.Limits.MaxRequestBodySize = null;
                k.Limits.MinRequestBodyDataRate = null;
                k.Listen(IPAddress.Loopback, port, l =>
                {
                    l.Protocols = HttpProtocols.Http1;
                    if (tls) l.UseHttps(certificate);
                });
            })
            .Configure(app => app.Run(AnswerAsync))).ConfigureLogging(l => l.ClearProviders()).Build();
    }

    public string Folder { get; }

    public string Url { get; }

    public string Authority { get; }

    /// <summary>Sees each request first; true if it has answered.</summary>
    public Func<HttpContext, Task<bool>> First { get; set; } = _ => Task.FromResult(false);

    /// <summary>The header in which checksums are said; null: they are not.</summary>
    public string? ChecksumHeader { get; set; }

    public List<string> Requests { get; } = [];

    public static async Task<PutServer> StartAsync(string folder, bool tls = false)
    {
        var server = new PutServer(folder, tls);
        await server._host.StartAsync();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var (request, response) = (context.Request, context.Response);
        lock (Requests) Requests.Add($"{request.Method} {request.Path}");
        if (await First(context)) return;
        var path = Path.Combine(Folder, request.Path.Value!.TrimStart('/'));
        switch (request.Method)
        {
            case "PUT":
                // As it comes: a broken upload leaves its part.
                await using (var file = File.Create(path)) await request.Body.CopyToAsync(file);
                response.StatusCode = 201;
                break;
            case "DELETE":
                response.StatusCode = File.Exists(path) ? 204 : 404;
                File.Delete(path);
                break;
            case "HEAD" or "GET" when File.Exists(path):
                response.ContentLength = new FileInfo(path).Length;
                if (ChecksumHeader is { } name)
                {
                    await using var content = File.OpenRead(path);
                    response.Headers[name] = Convert.ToHexStringLower(await SHA256.HashDataAsync(content));
                }

                if (request.Method == "GET") await response.SendFileAsync(path);
                break;
            default:
                response.StatusCode = 404;
                break;
        }
    }
}
