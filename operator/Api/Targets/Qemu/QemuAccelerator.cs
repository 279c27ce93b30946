using System.Text.Json.Serialization;

namespace ImageOperator.Api.Targets.Qemu;

/// <summary>How a machine's instructions are run.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<QemuAccelerator>))]
public enum QemuAccelerator
{
    /// <summary>KVM where a probe shows that it works and is fast, emulation elsewhere.</summary>
    Auto,

    /// <summary>Hardware virtualization; the build fails where /dev/kvm cannot be used.</summary>
    [JsonStringEnumMemberName("KVM")]
    Kvm,

    /// <summary>Emulation.</summary>
    [JsonStringEnumMemberName("TCG")]
    Tcg,
}
