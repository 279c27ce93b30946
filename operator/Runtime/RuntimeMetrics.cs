using System.Diagnostics.Metrics;
using ImageOperator.Runtime.Client;

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
        QueueDepth = meter.CreateUpDownCounter<int>("operator.workqueue.depth", "{key}", "Keys that wait for a worker");
        QueueAdds = meter.CreateCounter<long>("operator.workqueue.adds", "{key}", "Keys put into the queue");
        QueueRetries = meter.CreateCounter<long>("operator.workqueue.retries", "{key}", "Keys put back after a failure");
        QueueLatency = meter.CreateHistogram<double>("operator.workqueue.wait.duration", "s", "How long keys wait for a worker");
        ReconcileDuration = meter.CreateHistogram<double>("operator.reconcile.duration", "s", "How long reconciles take, by controller, outcome and error.type");
        ActiveWorkers = meter.CreateUpDownCounter<int>("operator.workers.active", "{worker}", "Workers that reconcile now");
        InformerLists = meter.CreateCounter<long>("operator.informer.lists", "{list}", "Full lists, by kind");
        InformerWatchFailures = meter.CreateCounter<long>("operator.informer.watch.failures", "{failure}", "Broken, refused or silent watches, by kind and error.type");
        EventsDropped = meter.CreateCounter<long>("operator.events.dropped", "{event}", "Events that were not written, by reason");
        ApiRequests = meter.CreateCounter<long>("operator.api.requests", "{request}", "Calls to the API server, by verb, kind and HTTP code (0: no answer)");
        ApiRequestDuration = meter.CreateHistogram<double>("operator.api.request.duration", "s", "How long the API server takes to answer, by verb; of a watch until its answer begins");
        Leader = meter.CreateUpDownCounter<int>("operator.leader", "{leader}", "1 while this process leads, else 0");
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

    internal Counter<long> ApiRequests { get; }

    internal Histogram<double> ApiRequestDuration { get; }

    internal UpDownCounter<int> Leader { get; }

    internal void CountCall(ApiCall call, int code, TimeSpan took)
    {
        var verb = new KeyValuePair<string, object?>("verb", call.Verb);
        ApiRequests.Add(1, verb, new("kind", call.Kind.Kind), new("code", code));
        ApiRequestDuration.Record(took.TotalSeconds, verb);
    }
}
