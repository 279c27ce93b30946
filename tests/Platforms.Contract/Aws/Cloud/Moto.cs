using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace ImageOperator.Platforms.Contract.Tests.Aws.Cloud;

/// <summary>moto's server, started once for all tests of the run.</summary>
public sealed class Moto : IAsyncLifetime
{
    private System.Diagnostics.Process? _server;

    public Uri Address { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        var script = Path.Combine(Root(), "config", "dev", "aws", "moto.sh");
        var port = FreePort();
        Address = new Uri($"http://127.0.0.1:{port}/");
        var start = new ProcessStartInfo(script, ["serve", $"{port}"]) { RedirectStandardOutput = true, RedirectStandardError = true };
        _server = System.Diagnostics.Process.Start(start)!;
        var said = new Queue<string>();
        DataReceivedEventHandler hear = (_, e) => { lock (said) { said.Enqueue(e.Data ?? ""); if (said.Count > 20) said.Dequeue(); } };
        _server.OutputDataReceived += hear;
        _server.ErrorDataReceived += hear;
        _server.BeginOutputReadLine();
        _server.BeginErrorReadLine();
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
                lock (said) Assert.Fail($"moto does not start: {string.Join('\n', said)}");
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is null) return;
        if (!_server.HasExited) _server.Kill(entireProcessTree: true);
        await _server.WaitForExitAsync();
        _server.Dispose();
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
