using System.Text.Json.Serialization;

namespace ImageOperator.Api.Targets.Qemu;

/// <summary>A disk image's format.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DiskFormat>))]
public enum DiskFormat
{
    /// <summary>QEMU's copy-on-write format, version 3.</summary>
    [JsonStringEnumMemberName("qcow2")]
    Qcow2,

    /// <summary>The plain bytes of the disk, sparse.</summary>
    [JsonStringEnumMemberName("raw")]
    Raw,

    /// <summary>VMware's format; stream-optimized when compressed.</summary>
    [JsonStringEnumMemberName("vmdk")]
    Vmdk,

    /// <summary>Hyper-V's and Azure's older format, of fixed size as Azure takes it: the plain bytes, sparse, and a footer.</summary>
    [JsonStringEnumMemberName("vhd")]
    Vhd,

    /// <summary>Hyper-V's format; grows.</summary>
    [JsonStringEnumMemberName("vhdx")]
    Vhdx,

    /// <summary>VirtualBox's format; grows.</summary>
    [JsonStringEnumMemberName("vdi")]
    Vdi,
}
