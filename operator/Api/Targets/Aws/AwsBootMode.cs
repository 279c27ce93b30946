using System.Text.Json.Serialization;

namespace ImageOperator.Api.Targets.Aws;

/// <summary>How machines of an AMI boot.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AwsBootMode>))]
public enum AwsBootMode
{
    /// <summary>By UEFI.</summary>
    [JsonStringEnumMemberName("uefi")]
    Uefi,

    /// <summary>By a BIOS.</summary>
    [JsonStringEnumMemberName("legacy-bios")]
    LegacyBios,

    /// <summary>By UEFI where the instance type has it, else by a BIOS.</summary>
    [JsonStringEnumMemberName("uefi-preferred")]
    UefiPreferred,
}
