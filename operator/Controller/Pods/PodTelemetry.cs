using ImageOperator.Api.Protocol;
using ImageOperator.Telemetry;
using k8s.Models;

namespace ImageOperator.Controller.Pods;

/// <summary>Tells a pod where its spans go. The headers, which may hold a token, come as a file.</summary>
internal static class PodTelemetry
{
    private const int OwnerAndGroup = 0x120; // 0440

    public static IEnumerable<V1EnvVar> Environment(OtlpOptions? otlp) => otlp is not { IsEnabled: true } ? [] :
    [
        new() { Name = "OTEL_EXPORTER_OTLP_ENDPOINT", Value = otlp.Endpoint },
        new() { Name = "OTEL_EXPORTER_OTLP_PROTOCOL", Value = otlp.Protocol == OtlpProtocol.Grpc ? "grpc" : "http/protobuf" },
    ];

    /// <summary>Optional: a namespace without the Secret still builds, its spans are sent without headers.</summary>
    public static IEnumerable<MountedVolume> Volumes(OtlpOptions? otlp) => otlp is not { IsEnabled: true, BuilderHeadersSecret.Length: > 0 } ? [] :
    [
        PodVolumes.At(
            "otlp", Path.GetDirectoryName(PodPaths.OtlpHeaders)!,
            v => v.Secret = new()
            {
                SecretName = otlp.BuilderHeadersSecret,
                Items = [new() { Key = "headers", Path = Path.GetFileName(PodPaths.OtlpHeaders) }],
                DefaultMode = OwnerAndGroup,
                Optional = true,
            },
            readOnly: true),
    ];
}
