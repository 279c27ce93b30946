using System.Diagnostics.Metrics;

namespace ImageOperator.Runtime;

/// <summary>What the runtime measures. Names end up as Prometheus names, so they follow OpenTelemetry's conventions.</summary>
public sealed class RuntimeMetrics
{
    /// <summary>The meter to export.</summary>
    public const string MeterName = "ImageOperator.Runtime";

    public RuntimeMetrics(IMeterFactory meters)
    {
        ArgumentNullException.ThrowIfNull(meters);
        var meter = meters.Create(MeterName);
        QueueDepth = meter.CreateUpDownCounter<int>("workqueue.depth", "{key}", "Keys that wait for a worker");
        QueueAdds = meter.CreateCounter<long>("workqueue.adds", "{key}", "Keys put into the queue");
        QueueRetries = meter.CreateCounter<long>("workqueue.retries", "{key}", "Keys put back after a failure");
        QueueLatency = meter.CreateHistogram<double>("workqueue.queue.duration", "s", "How long keys wait for a worker");
        ReconcileDuration = meter.CreateHistogram<double>("controller.reconcile.duration", "s", "How long reconciles take, by controller, outcome and error.type");
        ActiveWorkers = meter.CreateUpDownCounter<int>("controller.workers.active", "{worker}", "Workers that reconcile now");
        InformerLists = meter.CreateCounter<long>("informer.lists", "{list}", "Full lists, by kind");
        InformerWatchFailures = meter.CreateCounter<long>("informer.watch.failures", "{failure}", "Broken, refused or silent watches, by kind and error.type");
        EventsDropped = meter.CreateCounter<long>("events.dropped", "{event}", "Events that were not written, by reason");
        Leader = meter.CreateUpDownCounter<int>("leader", "{leader}", "1 while this process leads");
    }

    internal UpDownCounter<int> QueueDepth { get; }

    internal Counter<long> QueueAdds { get; }

    internal Counter<long> QueueRetries { get; }

    internal Histogram<double> QueueLatency { get; }

    internal Histogram<double> ReconcileDuration { get; }

    internal UpDownCounter<int> ActiveWorkers { get; }

    internal Counter<long> InformerLists { get; }

    internal Counter<long> InformerWatchFailures { get; }

    internal Counter<long> EventsDropped { get; }

    internal UpDownCounter<int> Leader { get; }
}
