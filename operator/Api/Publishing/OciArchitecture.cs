using System.Text.Json.Serialization;

namespace ImageOperator.Api.Publishing;

/// <summary>Processors, in the words of OCI.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<OciArchitecture>))]
public enum OciArchitecture
{
    /// <summary>64-bit x86.</summary>
    [JsonStringEnumMemberName("amd64")]
    Amd64,

    /// <summary>64-bit ARM.</summary>
    [JsonStringEnumMemberName("arm64")]
    Arm64,
}
