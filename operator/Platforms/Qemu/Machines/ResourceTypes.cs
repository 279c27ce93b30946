namespace ImageOperator.Platforms.Qemu.Machines;

/// <summary>The types of our ledger entries.</summary>
internal static class ResourceTypes
{
    /// <summary>A machine: its process and the folder of its files.</summary>
    public const string Machine = "qemu/machine";

    /// <summary>A captured image, staged in the output's volume.</summary>
    public const string Image = "qemu/image";

    /// <summary>The ledger's key of the image.</summary>
    public const string ImageKey = "image";
}

/// <summary>The properties of our ledger entries.</summary>
internal static class Properties
{
    public const string Name = "name";
    public const string BootId = "bootId";
    public const string ProcessId = "pid";
    public const string StartTime = "startTime";
    public const string Control = "qmp";
    public const string Staged = "staged";
    public const string Final = "final";
    public const string Format = "format";
    public const string Checksum = "checksum";
    public const string Size = "size";
    public const string Mark = "mark";
    public const string VirtualSize = "virtualSize";
}
