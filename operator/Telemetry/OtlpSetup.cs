using OpenTelemetry.Exporter;

namespace ImageOperator.Telemetry;

/// <summary>Brings our settings to OpenTelemetry's exporters.</summary>
public static class OtlpSetup
{
    private static readonly char[] Separators = [',', '\n', '\r'];

    /// <param name="options">Our settings, filled from the environment.</param>
    /// <param name="exporter">The exporter's.</param>
    /// <param name="signal">The path of the signal for HTTP: <c>traces</c>, <c>metrics</c>.</param>
    public static void Apply(OtlpOptions options, OtlpExporterOptions exporter, string signal)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(exporter);
        var grpc = options.Protocol == OtlpProtocol.Grpc;
        exporter.Protocol = grpc ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf;
        exporter.Endpoint = new Uri(grpc ? options.Endpoint : $"{options.Endpoint.TrimEnd('/')}/v1/{signal}");
        exporter.TimeoutMilliseconds = 5000;
        if (Headers(options.HeadersFile) is { Length: > 0 } headers) exporter.Headers = headers;
    }

    private static string Headers(string file) => file.Length == 0 || !File.Exists(file)
        ? ""
        : string.Join(',', File.ReadAllText(file).Split(Separators, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
}
