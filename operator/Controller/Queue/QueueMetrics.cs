using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace ImageOperator.Controller.Queue;

/// <summary>What the queue measures, by platform.</summary>
internal sealed class QueueMetrics
{
    /// <summary>The meter to export.</summary>
    public const string MeterName = "ImageOperator.Queue";

    private readonly Histogram<double> waited;
    private volatile Func<IReadOnlyCollection<QueueMeasure>> measure = static () => [];

    public QueueMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        waited = meter.CreateHistogram<double>("imageoperator.queue.duration", "s", "How long targets waited for a place, by platform");
        meter.CreateObservableGauge("imageoperator.queue.length", () => Measure(m => m.Waiting), "{target}", "Targets that wait for a place, by platform");
        meter.CreateObservableGauge("imageoperator.queue.places.taken", () => Measure(m => m.Running), "{target}", "Targets under way, by platform: none for those without a platformRef");
    }

    /// <summary>Where the lengths are asked for.</summary>
    public void Observe(Func<IReadOnlyCollection<QueueMeasure>> source) => measure = source;

    public void Admitted(QueueEntry entry, DateTimeOffset now) =>
        waited.Record(Math.Max(0, (now - entry.Since).TotalSeconds), new TagList { Tag(entry.Platform) });

    private IEnumerable<Measurement<int>> Measure(Func<QueueMeasure, int> value) => measure().Select(m => new Measurement<int>(value(m), Tag(m.Platform)));

    private static KeyValuePair<string, object?> Tag(PlatformKey platform) => new("platform", platform switch
    {
        { Name: "" } => "none",
        { Namespace: "" } => platform.Name,
        _ => $"{platform.Namespace}/{platform.Name}",
    });
}

/// <summary>How long a platform's queue is.</summary>
internal readonly record struct QueueMeasure(PlatformKey Platform, int Waiting, int Running);
