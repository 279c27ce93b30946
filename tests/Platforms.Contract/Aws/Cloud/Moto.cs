using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace ImageOperator.Platforms.Contract.Tests.Aws.Cloud;

/// <summary>moto's server, started once for all tests of the run.</summary>
public sealed class Moto : IAsyncLifetime
{
    private System.Diagnostics.Process? _server;
    private string _log = "";

    public Uri Address { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        var script = Path.Combine(Root(), "config", "dev", "aws", "moto.sh");
        var port = FreePort();
        Address = new Uri($"http://127.0.0.1:{port}/");
        _log = Path.GetTempFileName();
        // Into a file: a pipe would hold threads of the pool, whose rest the tests wait for.
        _server = System.Diagnostics.Process.Start(new ProcessStartInfo("/bin/sh", ["-c", $"exec '{script}' serve {port} > '{_log}' 2>&1"]))!;
        using var http = new HttpClient();
        // The first time its root file system is made.
        for (var start0 = Stopwatch.StartNew(); ; await Task.Delay(100))
        {
            try
            {
                using var answer = await http.GetAsync(new Uri(Address, "moto-api/"));
                if (answer.IsSuccessStatusCode) return;
            }
            catch (HttpRequestException) when (!_server.HasExited && start0.Elapsed < TimeSpan.FromMinutes(8))
            {
                continue;
            }
            catch (HttpRequestException)
            {
                Assert.Fail($"moto does not start: {string.Join('\n', (await File.ReadAllLinesAsync(_log)).TakeLast(20))}");
            }
        }
    }

    /// <summary>Empties all accounts: moto keeps what is gone, and each look at it takes the longer.</summary>
    public async Task ResetAsync()
    {
        using var http = new HttpClient();
        using var answer = await http.PostAsync(new Uri(Address, "moto-api/reset"), null);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Whether moto looks at signatures and policies.</summary>
    public async Task CheckCallersAsync(bool on)
    {
        using var http = new HttpClient();
        using var body = new StringContent(on ? "0" : "inf", System.Text.Encoding.UTF8, "text/plain");
        using var answer = await http.PostAsync(new Uri(Address, "moto-api/reset-auth"), body);
        answer.EnsureSuccessStatusCode();
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is null) return;
        if (!_server.HasExited) _server.Kill(entireProcessTree: true);
        await _server.WaitForExitAsync();
        _server.Dispose();
        File.Delete(_log);
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
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "ImageOperator.sln"))) folder = folder.Parent;
        return folder!.FullName;
    }
}
