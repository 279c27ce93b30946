using System.Text.Json.Serialization;

namespace ImageOperator.Api.Targets.Aws;

/// <summary>A machine's address.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AwsAddress>))]
public enum AwsAddress
{
    /// <summary>The public one; the private one where there is none.</summary>
    Public,

    /// <summary>The private one: the builder must have a route into the VPC.</summary>
    Private,
}
