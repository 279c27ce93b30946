using System.Globalization;
using System.Text.RegularExpressions;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Controller.Hosting;
using ImageOperator.Controller.Tests.Builds;
using ImageOperator.Controller.Tests.Cluster;
using ImageOperator.Controller.Tests.Metrics;
using Microsoft.AspNetCore.Builder;

namespace ImageOperator.Controller.Tests.Prometheus;

/// <summary>A real Prometheus scrapes a real operator.</summary>
[Trait("Category", "Cluster")]
public sealed partial class ScrapeTests
{
    /// <summary>What the exporter and Prometheus' form of a histogram add.</summary>
    private static readonly string[] Foreign = ["otel_scope_name", "le"];

    [Fact]
    public async Task Prometheus_ScrapesTheOperator_AndEveryQueryHolds()
    {
        await using var cluster = await TestCluster.StartAsync();
        var (metrics, health) = (PrometheusServer.FreePort(), PrometheusServer.FreePort());
        await using var app = Operator(cluster, metrics, health);
        await app.StartAsync(TestContext.Current.CancellationToken);
        await using var prometheus = await PrometheusServer.StartAsync(metrics);
        await prometheus.UntilAsync("operator_leader", 1);
        await cluster.TemplateAsync(Given.Template);
        await cluster.BuildAsync();
        await prometheus.UntilAsync("imageoperator_pods_pending{role=\"builder\"}", 1);
        var builder = await new ScriptedBuilder(cluster).RunAsync();
        await builder.WriteAsync(TargetPhase.Running, BuildStage.Connected, dirty: true);
        await prometheus.UntilAsync("imageoperator_machines_active{platform=\"qemu\"}", 1);
        await prometheus.UntilAsync("imageoperator_builds_active{reason=\"Building\"}", 1);
        await builder.WriteAsync(TargetPhase.Succeeded, BuildStage.CleanedUp);
        await builder.ExitAsync(0);

        await prometheus.UntilAsync("imageoperator_builds_total{outcome=\"Succeeded\",reason=\"Succeeded\"}", 1);
        await prometheus.UntilAsync("sum(imageoperator_build_duration_seconds_count)", 1);
        await prometheus.UntilAsync("sum(imageoperator_targets_total{outcome=\"Succeeded\"})", 1);
        foreach (var query in Queries.All) await prometheus.QueryAsync(query);
        await prometheus.UntilAsync("up", 1);
        await ScrapeIsWellFormedAsync(metrics);
        await EachPortServesItsOwnAsync(metrics, health);
        await app.StopAsync(TestContext.Current.CancellationToken);
    }

    private static WebApplication Operator(TestCluster cluster, int metrics, int health) => OperatorHost.Build(
    [
        $"--Kubeconfig={cluster.Kubeconfig}", $"--WatchNamespace={cluster.Namespace}", "--Builder:Image=none", "--Builder:NodeSelector:test.imageoperator.dev/none=none",
        string.Create(CultureInfo.InvariantCulture, $"--Metrics:Port={metrics}"), string.Create(CultureInfo.InvariantCulture, $"--HealthPort={health}"),
        "--Logging:LogLevel:Default=Warning",
    ]);

    private static async Task ScrapeIsWellFormedAsync(int port)
    {
        using var http = new HttpClient();
        var text = await http.GetStringAsync(new Uri($"http://127.0.0.1:{port}/metrics"), TestContext.Current.CancellationToken);
        await Tool.RunAsync("promtool", ["check", "metrics"], input: string.Join('\n', text.Split('\n').Where(l => l != "# EOF" && !l.Contains("dotnet_", StringComparison.Ordinal))));
        var documented = MetricRow.Documented.ToDictionary(m => m.Name, m => m.Labels.Concat(Foreign).ToHashSet());
        var seen = Series().Matches(text).Select(m => (Name: Bucket().Replace(m.Groups[1].Value, ""), Labels: Label().Matches(m.Groups[2].Value).Select(l => l.Groups[1].Value)))
            .Where(s => s.Name.StartsWith("imageoperator_", StringComparison.Ordinal) || s.Name.StartsWith("operator_", StringComparison.Ordinal)).ToArray();
        Assert.NotEmpty(seen);
        Assert.All(seen, s => Assert.True(documented.TryGetValue(s.Name, out var labels) && s.Labels.All(labels.Contains), $"{s.Name} with {string.Join(", ", s.Labels)} is not as docs/metrics.md says"));
    }

    private static async Task EachPortServesItsOwnAsync(int metrics, int health)
    {
        using var http = new HttpClient();
        foreach (var (port, path, code) in new[] { (metrics, "healthz", 404), (health, "metrics", 404), (health, "healthz", 200), (metrics, "metrics", 200) })
        {
            using var response = await http.GetAsync(new Uri($"http://127.0.0.1:{port}/{path}"), TestContext.Current.CancellationToken);
            Assert.Equal(code, (int)response.StatusCode);
        }
    }

    [GeneratedRegex(@"^(\w+)\{(.*)\} ", RegexOptions.Multiline)]
    private static partial Regex Series();

    [GeneratedRegex("(\\w+)=\"")]
    private static partial Regex Label();

    [GeneratedRegex("(?<=_seconds)_(bucket|sum|count)$")]
    private static partial Regex Bucket();
}
