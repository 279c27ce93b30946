using OpenTelemetry;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace ImageOperator.Telemetry;

/// <summary>Exports the spans of a short-lived program until it is disposed of.</summary>
public sealed class TracerSession : IDisposable
{
    /// <summary>A collector that is away must not hold up the end of a build.</summary>
    private const int FlushMilliseconds = 3000;

    private readonly TracerProvider? _provider;

    private TracerSession(TracerProvider? provider) => _provider = provider;

    /// <param name="options">Where to; nothing is made when it says nowhere.</param>
    /// <param name="resource">Who exports.</param>
    /// <param name="mask">Takes secrets out of every text.</param>
    /// <param name="sources">The sources to listen to.</param>
    public static TracerSession Start(OtlpOptions options, ResourceBuilder resource, Func<string, string> mask, params string[] sources)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new(options.IsEnabled ? Sdk.CreateTracerProviderBuilder().AddTelemetry(options, resource, mask, sources).Build() : null);
    }

    /// <summary>Sends what is left, for as long as that may take.</summary>
    public void Dispose()
    {
        _provider?.ForceFlush(FlushMilliseconds);
        _provider?.Dispose();
    }
}
