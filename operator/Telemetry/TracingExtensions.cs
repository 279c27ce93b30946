using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace ImageOperator.Telemetry;

/// <summary>Putting our tracing into OpenTelemetry.</summary>
public static class TracingExtensions
{
    /// <summary>
    /// Whether a build is recorded stands in its traceparent, which all that belongs to it has as a parent. What has no parent belongs to no build, and
    /// is not recorded.
    /// </summary>
    public static TracerProviderBuilder AddTelemetry(
        this TracerProviderBuilder builder, OtlpOptions options, ResourceBuilder resource, Func<string, string> mask, params string[] sources) => builder
        .SetResourceBuilder(resource)
        .SetSampler(new ParentBasedSampler(new AlwaysOffSampler()))
        .AddSource(sources)
        .AddProcessor(new MaskingProcessor(mask))
        .AddOtlpExporter(o => OtlpSetup.Apply(options, o, "traces"));
}
