using System.Net;
using ImageOperator.Controller.Metrics;
using ImageOperator.Controller.Queue;
using ImageOperator.Controller.Tracing;
using ImageOperator.Runtime;
using ImageOperator.Telemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace ImageOperator.Controller.Hosting;

/// <summary>Exports metrics: for scraping on a port of their own, and by OTLP. Neither unless asked for.</summary>
internal static class TelemetryExport
{
    private const string MetricsPath = "/metrics";

    /// <summary>From a quick stage to a long build.</summary>
    private static readonly double[] Minutes = [1, 2.5, 5, 10, 20, 40, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14400];

    private static readonly double[] Fractions = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

    public static string Version { get; } = typeof(TelemetryExport).Assembly.GetName().Version?.ToString(3) ?? "0";

    public static void AddTelemetry(this WebApplicationBuilder builder)
    {
        var options = builder.Configuration.Get<OperatorOptions>() ?? new();
        options.Otlp.FillFromEnvironment();
        if (options.Otlp.IsEnabled)
        {
            // The status of a build is masked by its builder already.
            builder.Services.AddOpenTelemetry().WithTracing(tracing => tracing.AddTelemetry(
                options.Otlp, Resources.Of("image-operator", Version), text => text, RuntimeActivity.SourceName, ControllerActivity.SourceName));
        }

        var scraped = options.Metrics.Port is not null;
        if (!scraped && !(options.Otlp is { IsEnabled: true, Metrics: true })) return;
        builder.Services.AddOpenTelemetry().WithMetrics(metrics =>
        {
            metrics.SetResourceBuilder(Resources.Of("image-operator", Version));
            metrics.AddMeter(RuntimeMetrics.MeterName, BuildMetrics.MeterName, QueueMetrics.MeterName).AddRuntimeInstrumentation();
            metrics.AddView(Buckets);
            if (scraped) metrics.AddPrometheusExporter(p => p.ScrapeEndpointPath = MetricsPath);
            if (options.Otlp is { IsEnabled: true, Metrics: true }) metrics.AddOtlpExporter(o => OtlpSetup.Apply(options.Otlp, o, "metrics"));
        });
        if (scraped) ListenForScrapes(builder, options.Metrics);
    }

    /// <summary>Serves <c>/metrics</c> there and nowhere else, and nothing else there.</summary>
    public static void UseTelemetry(this WebApplication app)
    {
        if (app.Configuration.GetValue<int?>("Metrics:Port") is null) return;
        app.UseOpenTelemetryPrometheusScrapingEndpoint(c => IsScrape(c) && c.Request.Path == MetricsPath);
        app.Use((context, next) =>
        {
            if (!IsScrape(context)) return next(context);
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        });
    }

    private static void ListenForScrapes(WebApplicationBuilder builder, MetricsOptions options) => builder.WebHost.ConfigureKestrel(kestrel =>
        kestrel.Listen(IPAddress.Parse(options.Address), options.Port!.Value, listen => listen.Use(next => connection =>
        {
            connection.Features.Set(new ScrapeConnection());
            return next(connection);
        })));

    private static bool IsScrape(HttpContext context) => context.Features.Get<ScrapeConnection>() is not null;

    private static ExplicitBucketHistogramConfiguration? Buckets(System.Diagnostics.Metrics.Instrument instrument) => instrument.Meter.Name switch
    {
        _ when !instrument.GetType().Name.StartsWith("Histogram", StringComparison.Ordinal) => null,
        BuildMetrics.MeterName or QueueMetrics.MeterName => new() { Boundaries = Minutes },
        RuntimeMetrics.MeterName => new() { Boundaries = Fractions },
        _ => null,
    };

    /// <summary>Marks connections to the metrics' port.</summary>
    private sealed class ScrapeConnection;
}
