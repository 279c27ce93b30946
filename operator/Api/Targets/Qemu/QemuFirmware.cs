using System.Text.Json.Serialization;

namespace ImageOperator.Api.Targets.Qemu;

/// <summary>A machine's firmware.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<QemuFirmware>))]
public enum QemuFirmware
{
    /// <summary>SeaBIOS.</summary>
    [JsonStringEnumMemberName("BIOS")]
    Bios,

    /// <summary>OVMF; the variables are the build's own copy.</summary>
    [JsonStringEnumMemberName("UEFI")]
    Uefi,
}
