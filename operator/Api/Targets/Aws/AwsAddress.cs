using System.Text.Json.Serialization;

namespace ImageOperator.Api.Targets.Aws;

/// <summary>How a machine is reached.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AwsAddress>))]
public enum AwsAddress
{
    /// <summary>The public one; the private one where there is none.</summary>
    Public,

    /// <summary>The private one: the builder must have a route into the VPC.</summary>
    Private,

    /// <summary>
    /// No address: through Systems Manager's Session Manager. No port is opened, and no route to the machine is needed; its SSM agent must be there, with a profile that lets it
    /// report, and a way to Systems Manager.
    /// </summary>
    SessionManager,
}
