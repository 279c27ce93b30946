namespace ImageOperator.Platforms.Gcp.Export;

/// <summary>What the worker's guest agent runs, and where it tells how it goes.</summary>
internal static class ExportScript
{
    /// <summary>The metadata key of the worker's settings.</summary>
    public const string MetadataKey = "imageoperator-export";

    /// <summary>The guest attribute, below the namespace of ours.</summary>
    public const string Attribute = "export";

    /// <summary>The name that the disk has in the guest: udev makes a link of it.</summary>
    public const string DeviceName = "imageoperator-export";

    public const string Device = "/dev/disk/by-id/google-" + DeviceName;

    public static string Text { get; } = Read();

    private static string Read()
    {
        using var reader = new StreamReader(typeof(ExportScript).Assembly.GetManifestResourceStream("export.sh")!);
        return reader.ReadToEnd();
    }
}
