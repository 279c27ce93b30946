namespace ImageOperator.Platforms.Qemu.Sources;

/// <summary>A disk image file that machines may start from.</summary>
/// <param name="Path">The file.</param>
/// <param name="Format">QEMU's name of its format.</param>
/// <param name="VirtualBytes">The disk's size.</param>
internal sealed record DiskImage(string Path, string Format, long VirtualBytes);
