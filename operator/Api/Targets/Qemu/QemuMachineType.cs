using System.Text.Json.Serialization;

namespace ImageOperator.Api.Targets.Qemu;

/// <summary>QEMU's machine type.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<QemuMachineType>))]
public enum QemuMachineType
{
    /// <summary>PCI Express chipset.</summary>
    [JsonStringEnumMemberName("q35")]
    Q35,

    /// <summary>The older PCI chipset.</summary>
    [JsonStringEnumMemberName("pc")]
    Pc,
}
