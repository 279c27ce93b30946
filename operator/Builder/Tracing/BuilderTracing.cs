using ImageOperator.Api.Protocol;
using ImageOperator.Builder.Pod;
using ImageOperator.Engine.Masking;
using ImageOperator.Engine.Tracing;
using ImageOperator.Telemetry;

namespace ImageOperator.Builder.Tracing;

/// <summary>Exports the engine's spans, if the pod's environment names a collector.</summary>
internal sealed class BuilderTracing : IDisposable
{
    private readonly TracerSession _session;
    private volatile SecretMasker? _masker;

    private BuilderTracing(OtlpOptions options, PodOptions pod)
    {
        var version = typeof(BuilderTracing).Assembly.GetName().Version?.ToString(3) ?? "0";
        _session = TracerSession.Start(
            options,
            Resources.Of("image-builder", version, new("k8s.namespace.name", pod.Namespace), new("k8s.pod.name", Environment.MachineName)),
            text => _masker?.Apply(text) ?? text,
            EngineActivity.SourceName);
    }

    /// <summary>What must not leave in a span. Until it is known the spans have nothing of it.</summary>
    public void Mask(SecretMasker masker) => _masker = masker;

    public static BuilderTracing Start(PodOptions pod)
    {
        var options = new OtlpOptions { HeadersFile = PodPaths.OtlpHeaders };
        options.FillFromEnvironment();
        return new(options, pod);
    }

    public void Dispose() => _session.Dispose();
}
