using Microsoft.Extensions.Configuration;

namespace ImageOperator.Telemetry;

/// <summary>Where traces and metrics go by OpenTelemetry's protocol. Without an endpoint nothing is exported, and nothing is made for it.</summary>
public sealed class OtlpOptions
{
    /// <summary>The collector, such as <c>http://otel-collector.observability:4318</c>. Unset takes <c>OTEL_EXPORTER_OTLP_ENDPOINT</c>.</summary>
    public string Endpoint { get; set; } = "";

    /// <summary>Unset takes <c>OTEL_EXPORTER_OTLP_PROTOCOL</c>, else HTTP.</summary>
    public OtlpProtocol? Protocol { get; set; }

    /// <summary>
    /// A file with the headers of each request, <c>name=value</c> each, separated by commas or line ends: a token stays out of arguments and environment.
    /// </summary>
    public string HeadersFile { get; set; } = "";

    /// <summary>
    /// The Secret (key <c>headers</c>, in each namespace of builds, where it is there) with the same for builder pods, which mount it as a file.
    /// </summary>
    public string BuilderHeadersSecret { get; set; } = "";

    /// <summary>Which part of the builds is traced, from 0 to 1. Decided once for a build, for all that belongs to it.</summary>
    public double SampleRatio { get; set; } = 1;

    /// <summary>Metrics go to the endpoint too.</summary>
    public bool Metrics { get; set; } = true;

    /// <summary>Whether anything is exported.</summary>
    public bool IsEnabled => Endpoint.Length > 0;

    /// <summary>Takes what is unset from OpenTelemetry's standard environment variables.</summary>
    public void FillFromEnvironment()
    {
        var variables = new ConfigurationBuilder().AddEnvironmentVariables("OTEL_").Build();
        if (Endpoint.Length == 0) Endpoint = variables["EXPORTER_OTLP_ENDPOINT"] ?? "";
        Protocol ??= variables["EXPORTER_OTLP_PROTOCOL"] switch
        {
            "grpc" => OtlpProtocol.Grpc,
            _ => OtlpProtocol.Http,
        };
        if (variables["SDK_DISABLED"] == "true") Endpoint = "";
    }

    /// <summary>What is wrong, each with its setting's name.</summary>
    public IEnumerable<string> Validate(string prefix)
    {
        if (Endpoint.Length > 0 && (!Uri.TryCreate(Endpoint, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.UserInfo.Length > 0))
        {
            yield return $"{prefix}:Endpoint must be an http or https URL without user information, such as http://otel-collector.observability:4318";
        }

        if (SampleRatio is not (>= 0 and <= 1)) yield return $"{prefix}:SampleRatio must be between 0 and 1";
        if (HeadersFile.Length > 0 && !Path.IsPathRooted(HeadersFile)) yield return $"{prefix}:HeadersFile must be an absolute path";
    }
}

/// <summary>OTLP's transports.</summary>
public enum OtlpProtocol
{
    /// <summary>Protobuf over HTTP, usually on port 4318.</summary>
    Http,

    /// <summary>gRPC, usually on port 4317.</summary>
    Grpc,
}
