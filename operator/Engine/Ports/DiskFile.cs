using ImageOperator.Api.Targets.Qemu;

namespace ImageOperator.Engine.Ports;

/// <summary>A captured image that is a file of this process's file system.</summary>
/// <param name="Path">Where it stands now.</param>
/// <param name="Format">Its format.</param>
/// <param name="Compressed">Whether it is compressed within its format.</param>
/// <param name="VirtualSizeBytes">The disk's size.</param>
public sealed record DiskFile(string Path, DiskFormat Format, bool Compressed, long? VirtualSizeBytes);
