using System.Diagnostics.Metrics;
using ImageOperator.Controller.Hosting;
using ImageOperator.Controller.Metrics;
using ImageOperator.Controller.Queue;
using ImageOperator.Runtime;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace ImageOperator.Controller.Tests.Metrics;

public sealed class MetricsTableTests
{
    [Fact]
    public void Documentation_ListsWhatIsRegistered_AndNothingElse()
    {
        var registered = Registered().Select(MetricRow.Of).ToArray();

        Assert.Equal(
            registered.Select(r => $"{r.Name} {r.Type} {r.Meaning}").Order(StringComparer.Ordinal),
            MetricRow.Documented.Select(r => $"{r.Name} {r.Type} {r.Meaning}").Order(StringComparer.Ordinal));
        Assert.NotEmpty(registered);
    }

    /// <summary>The operator's own services, without their start.</summary>
    private static List<Instrument> Registered()
    {
        var found = new List<Instrument>();
        using var listener = new MeterListener();
        var kubeconfig = Path.GetTempFileName();
        File.WriteAllText(kubeconfig, """
            apiVersion: v1
            kind: Config
            current-context: none
            clusters: [{name: none, cluster: {server: "http://127.0.0.1:9"}}]
            contexts: [{name: none, context: {cluster: none, user: none}}]
            users: [{name: none, user: {token: none}}]
            """);
        using var services = new ServiceCollection().AddLogging()
            .AddImageOperator(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["Builder:Image"] = "x", ["Kubeconfig"] = kubeconfig }).Build())
            .BuildServiceProvider();
        var meters = services.GetRequiredService<IMeterFactory>();
        listener.InstrumentPublished = (instrument, _) =>
        {
            // Other tests' operators have meters of the same names.
            if (ReferenceEquals(instrument.Meter.Scope, meters)) found.Add(instrument);
        };
        listener.Start();
        services.GetRequiredService<RuntimeMetrics>();
        services.GetRequiredService<BuildMetrics>();
        services.GetRequiredService<QueueMetrics>();
        File.Delete(kubeconfig);
        return [.. found.Where(i => i.Meter.Name is RuntimeMetrics.MeterName or BuildMetrics.MeterName or QueueMetrics.MeterName)];
    }
}
