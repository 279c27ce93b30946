using System.Diagnostics.Metrics;
using ImageOperator.Controller.Hosting;
using Microsoft.Extensions.Options;

namespace ImageOperator.Controller.Metrics;

/// <summary>What the operator measures of builds. No name of a build, template or step is a label; the namespace is one on request.</summary>
internal sealed class BuildMetrics
{
    /// <summary>The meter to export.</summary>
    public const string MeterName = "ImageOperator.Controller";

    private readonly bool byNamespace;

    public BuildMetrics(IMeterFactory meters, BuildCensus census, IOptions<OperatorOptions> options)
    {
        byNamespace = options.Value.Metrics.NamespaceLabel;
        var meter = meters.Create(MeterName);
        Builds = meter.CreateCounter<long>("imageoperator.builds", "{build}", "Builds that have ended, by outcome and reason");
        BuildDuration = meter.CreateHistogram<double>("imageoperator.build.duration", "s", "From taking a build up to its end, by outcome");
        Targets = meter.CreateCounter<long>("imageoperator.targets", "{target}", "Targets that have ended, by platform, outcome and reason");
        StageDuration = meter.CreateHistogram<double>("imageoperator.stage.duration", "s", "How long stages take, by platform and stage");
        StepDuration = meter.CreateHistogram<double>("imageoperator.step.duration", "s", "How long provisioners and tests take with all their tries, by kind and outcome");
        Waiting = meter.CreateCounter<double>("imageoperator.target.waiting", "s", "Time that targets spent waiting for others: downloads, boots, shutdowns; by platform");
        Own = meter.CreateCounter<double>("imageoperator.target.own", "s", "Time that targets spent on their own work, by platform");
        PlatformCalls = meter.CreateCounter<long>("imageoperator.platform.calls", "{call}", "Calls to platforms, their APIs and tools, by platform");
        PlatformThrottles = meter.CreateCounter<long>("imageoperator.platform.throttles", "{call}", "Calls that a platform put off because they were too many, by platform");
        SourceBytes = meter.CreateCounter<long>("imageoperator.source.downloads", "By", "Bytes of source images that came over the network, by platform");
        Sources = meter.CreateCounter<long>("imageoperator.sources", "{image}", "Source images that were resolved, by platform and whether they were there already (cached) or were downloaded");
        PodStartDuration = meter.CreateHistogram<double>("imageoperator.pod.start.duration", "s", "From a builder pod's creation to the start of its container");
        PodsLost = meter.CreateCounter<long>("imageoperator.pods.lost", "{pod}", "Builder pods that went away without a result");
        Sweeps = meter.CreateCounter<long>("imageoperator.sweeps", "{pod}", "Sweeper pods that were created");
        meter.CreateObservableGauge("imageoperator.builds.active", () => census.Builds(byNamespace), "{build}", "Builds that have not ended, by the reason of Reconciling");
        meter.CreateObservableGauge("imageoperator.machines.active", census.Machines, "{machine}", "Machines that builds have now, by platform");
        meter.CreateObservableGauge("imageoperator.pods.pending", census.PendingPods, "{pod}", "Builder and sweeper pods that do not run yet, by role");
        meter.CreateObservableGauge("imageoperator.cleanup.left", census.LeftBehind, "{resource}", "Resources of targets that have ended and must go: a sweeper must remove them");
    }

    public Counter<long> Builds { get; }

    public Histogram<double> BuildDuration { get; }

    public Counter<long> Targets { get; }

    public Histogram<double> StageDuration { get; }

    public Histogram<double> StepDuration { get; }

    public Counter<double> Waiting { get; }

    public Counter<double> Own { get; }

    public Counter<long> PlatformCalls { get; }

    public Counter<long> PlatformThrottles { get; }

    public Counter<long> SourceBytes { get; }

    public Counter<long> Sources { get; }

    public Histogram<double> PodStartDuration { get; }

    public Counter<long> PodsLost { get; }

    public Counter<long> Sweeps { get; }

    /// <summary>The labels of a series, with the namespace where it is wanted.</summary>
    public KeyValuePair<string, object?>[] Tags(string @namespace, params KeyValuePair<string, object?>[] tags) =>
        byNamespace ? [.. tags, new("build_namespace", @namespace)] : tags;
}
