using System.Text.Json.Serialization;

namespace ImageOperator.Api.Targets.Aws;

/// <summary>The architecture of machines.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AwsArchitecture>))]
public enum AwsArchitecture
{
    /// <summary>64-bit x86.</summary>
    [JsonStringEnumMemberName("x86_64")]
    X86,

    /// <summary>64-bit Arm.</summary>
    [JsonStringEnumMemberName("arm64")]
    Arm,
}
