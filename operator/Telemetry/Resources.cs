using OpenTelemetry.Resources;

namespace ImageOperator.Telemetry;

/// <summary>Who exports.</summary>
public static class Resources
{
    /// <param name="service">The program: <c>image-operator</c>, <c>image-builder</c>.</param>
    /// <param name="version">Its version.</param>
    /// <param name="attributes">What else is known of it: the pod, the namespace.</param>
    public static ResourceBuilder Of(string service, string version, params KeyValuePair<string, object>[] attributes) => ResourceBuilder.CreateEmpty()
        .AddService(service, "imageoperator", version, autoGenerateServiceInstanceId: false, Environment.MachineName)
        .AddAttributes(attributes)
        .AddEnvironmentVariableDetector();
}
