using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace ImageOperator.Platforms.Contract.Tests.Azure.Cloud;

/// <summary>Azurite's blob service, as the storage account that builds speak to: it knows signatures for tokens, and has one address for all accounts.</summary>
internal sealed class AzuriteServer : IAsyncDisposable
{
    // Azurite's own, which everyone knows.
    private const string Account = "devstoreaccount1";
    private const string Key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    private readonly HttpClient _http = new();
    private readonly Process _server;
    private readonly string _log = Path.GetTempFileName();
    private readonly string _endpoint;

    private AzuriteServer()
    {
        var port = FreePort().ToString(CultureInfo.InvariantCulture);
        _endpoint = $"http://127.0.0.1:{port}/{Account}";
        // Into a file: a pipe would hold threads of the pool, whose rest the tests wait for.
        _server = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", $"exec '{Path.Combine(Root(), "config", "dev", "azure", "azurite.sh")}' serve {port} > '{_log}' 2>&1"]))!;
    }

    /// <summary>What happens right before a copy is asked for.</summary>
    public Func<Task>? BeforeCopy { get; set; }

    /// <summary>Where a managed disk lies, with a signature that lets it be read.</summary>
    public string Disk => $"{_endpoint}/disks/abcd?{Signature("r")}";

    /// <summary>Starts it, with the containers <c>vhds</c> and <c>disks</c>, and a disk of that content.</summary>
    public static async Task<AzuriteServer> StartAsync(byte[] disk)
    {
        var server = new AzuriteServer();
        await server.WaitAsync();
        foreach (var container in new[] { "vhds", "disks" }) await server.PutAsync($"{container}?restype=container", []);
        await server.PutAsync("disks/abcd", [], ("x-ms-blob-type", "PageBlob"), ("x-ms-blob-content-length", disk.Length.ToString(CultureInfo.InvariantCulture)));
        await server.PutAsync("disks/abcd?comp=page", disk, ("x-ms-page-write", "update"), ("x-ms-range", $"bytes=0-{disk.Length - 1}"));
        return server;
    }

    /// <summary>Puts a page blob there, as its owner would.</summary>
    public Task AddAsync(string path) => PutAsync(path, [], ("x-ms-blob-type", "PageBlob"), ("x-ms-blob-content-length", "512"));

    /// <returns>Its content; null if there is none.</returns>
    public async Task<byte[]?> ReadAsync(string path)
    {
        using var answer = await _http.GetAsync(new Uri($"{_endpoint}/{path}?{Signature("r")}"));
        return answer.StatusCode == HttpStatusCode.NotFound ? null : await answer.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync();
    }

    /// <summary>A builder's request, with a signature instead of its token.</summary>
    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request)
    {
        Assert.Equal("Bearer", request.Headers.Authorization?.Scheme);
        if (request.Headers.Contains("x-ms-copy-source") && BeforeCopy is { } before) await before();
        var query = request.RequestUri!.Query;
        using var sent = new HttpRequestMessage(request.Method, $"{_endpoint}{request.RequestUri.AbsolutePath}{query}{(query.Length == 0 ? "?" : "&")}{Signature("rwdac")}");
        foreach (var (name, values) in request.Headers.Where(h => h.Key is not ("Authorization" or "Host"))) sent.Headers.TryAddWithoutValidation(name, values);
        if (request.Method == HttpMethod.Put) sent.Content = new ByteArrayContent([]);
        return await _http.SendAsync(sent);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_server.HasExited) _server.Kill(entireProcessTree: true);
        await _server.WaitForExitAsync();
        _server.Dispose();
        _http.Dispose();
        File.Delete(_log);
    }

    private async Task PutAsync(string path, byte[] content, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, $"{_endpoint}/{path}{(path.Contains('?', StringComparison.Ordinal) ? "&" : "?")}{Signature("rwdac")}") { Content = new ByteArrayContent(content) };
        foreach (var (name, value) in headers.Append(("x-ms-version", "2021-12-02"))) request.Headers.Add(name, value);
        using var answer = await _http.SendAsync(request);
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
    }

    private async Task WaitAsync()
    {
        // The first time it is installed.
        for (var begun = Stopwatch.StartNew(); ; await Task.Delay(100))
        {
            try
            {
                using var answer = await _http.GetAsync(new Uri($"{_endpoint}?comp=list"));
                return;
            }
            catch (HttpRequestException) when (!_server.HasExited && begun.Elapsed < TimeSpan.FromMinutes(8))
            {
                continue;
            }
            catch (HttpRequestException)
            {
                Assert.Fail($"Azurite does not start: {string.Join('\n', (await File.ReadAllLinesAsync(_log)).TakeLast(20))}");
            }
        }
    }

    /// <summary>A signature of the account's: of blobs, on all of them.</summary>
    private static string Signature(string permissions)
    {
        var said = $"{Account}\n{permissions}\nb\nsco\n\n2099-01-01T00:00:00Z\n\nhttps,http\n2020-08-04\n";
        var signature = Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(Key), Encoding.UTF8.GetBytes(said)));
        return $"sv=2020-08-04&ss=b&srt=sco&sp={permissions}&se=2099-01-01T00%3A00%3A00Z&spr=https%2Chttp&sig={Uri.EscapeDataString(signature)}";
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "ImageOperator.sln"))) folder = folder.Parent!;
        return folder.FullName;
    }
}
