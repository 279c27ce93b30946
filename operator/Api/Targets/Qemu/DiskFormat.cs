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
}
