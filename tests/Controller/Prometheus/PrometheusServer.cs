using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using ImageOperator.Controller.Tests.Cluster;

namespace ImageOperator.Controller.Tests.Prometheus;

/// <summary>Debian's Prometheus, which scrapes one address every second.</summary>
internal sealed class PrometheusServer : IAsyncDisposable
{
    private readonly Process process;
    private readonly string folder;
    private readonly HttpClient http = new();

    private PrometheusServer(Process process, string folder, int port)
    {
        (this.process, this.folder) = (process, folder);
        http.BaseAddress = new Uri($"http://127.0.0.1:{port}/");
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public static async Task<PrometheusServer> StartAsync(int target)
    {
        var folder = Directory.CreateTempSubdirectory("prometheus-").FullName;
        var port = FreePort();
        var configuration = Path.Combine(folder, "prometheus.yml");
        await File.WriteAllTextAsync(configuration, $$"""
            global: {scrape_interval: 1s, evaluation_interval: 1s}
            rule_files: ["{{Queries.RulesFile}}"]
            scrape_configs:
            - job_name: image-operator
              static_configs: [{targets: ["127.0.0.1:{{target.ToString(CultureInfo.InvariantCulture)}}"]}]
            """);
        await Tool.RunAsync("promtool", ["check", "config", configuration]);
        var start = new ProcessStartInfo("prometheus",
            [$"--config.file={configuration}", $"--storage.tsdb.path={folder}/data", $"--web.listen-address=127.0.0.1:{port.ToString(CultureInfo.InvariantCulture)}"])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        var process = Process.Start(start)!;
        process.ErrorDataReceived += static (_, _) => { };
        process.OutputDataReceived += static (_, _) => { };
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        return new(process, folder, port);
    }

    /// <summary>The result of an instant query; an error of it is a failure.</summary>
    public async Task<JsonElement> QueryAsync(string expression)
    {
        using var response = await http.GetAsync(new Uri($"api/v1/query?query={Uri.EscapeDataString(expression)}", UriKind.Relative), TestContext.Current.CancellationToken);
        // A server that starts says so in plain text.
        if (response.StatusCode == HttpStatusCode.ServiceUnavailable) response.EnsureSuccessStatusCode();
        var answer = JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.True(answer.GetProperty("status").GetString() == "success", $"{expression}: {answer}");
        return answer.GetProperty("data").GetProperty("result");
    }

    /// <summary>The first value of a query; null for none, and while the server starts.</summary>
    public async Task<double?> ValueAsync(string expression)
    {
        try
        {
            var result = await QueryAsync(expression);
            return result.GetArrayLength() == 0 ? null : double.Parse(result[0].GetProperty("value")[1].GetString()!, CultureInfo.InvariantCulture);
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    public Task UntilAsync(string expression, double value) =>
        TestCluster.UntilAsync(async () => await ValueAsync(expression) == value, () => $"{expression} to be {value}");

    public async ValueTask DisposeAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
        http.Dispose();
        Directory.Delete(folder, recursive: true);
    }
}
