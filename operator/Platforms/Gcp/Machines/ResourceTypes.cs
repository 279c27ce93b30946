namespace ImageOperator.Platforms.Gcp.Machines;

/// <summary>The types of our ledger entries.</summary>
internal static class ResourceTypes
{
    /// <summary>An instance with its boot disk.</summary>
    public const string Instance = "gcp/instance";

    /// <summary>A disk that outlived its instance; only ever a stray.</summary>
    public const string Disk = "gcp/disk";

    public const string Image = "gcp/image";

    /// <summary>The deprecation of an older image of the family; its ID is that image's.</summary>
    public const string Deprecation = "gcp/deprecation";

    /// <summary>The instance that exports the image, with its boot disk.</summary>
    public const string ExportWorker = "gcp/export-worker";

    /// <summary>The disk, made of the image, that the worker reads.</summary>
    public const string ExportDisk = "gcp/export-disk";

    /// <summary>The object that the worker writes; its ID is the <c>gs://</c> URL.</summary>
    public const string ExportObject = "gcp/export-object";

    /// <summary>A public key in an account's OS Login profile; its ID is <c>users/ACCOUNT</c>, with the key's name once it is known.</summary>
    public const string LoginKey = "gcp/os-login-key";

    /// <summary>What the export makes: gone on with by the next attempt.</summary>
    public static IReadOnlyList<string> OfExport { get; } = [ExportWorker, ExportDisk, ExportObject];

    /// <summary>The ledger's keys of these.</summary>
    public const string ExportWorkerKey = "export/worker";
    public const string ExportDiskKey = "export/disk";
    public const string ExportObjectKey = "export/object";

    /// <summary>The ledger's key of the captured image.</summary>
    public const string ImageKey = "image";

    /// <summary>The ledger's key of the image that was imported to start from.</summary>
    public const string SourceKey = "build/source";
}

/// <summary>The properties of our ledger entries.</summary>
internal static class Properties
{
    /// <summary>With it a call that is repeated has no second effect.</summary>
    public const string RequestId = "requestId";

    /// <summary>What the cloud does about the call.</summary>
    public const string Operation = "operation";

    /// <summary>The machine that an image is made of.</summary>
    public const string Instance = "instance";

    /// <summary>The labels of the request, as JSON: who repeats it must say the same.</summary>
    public const string Labels = "labels";

    /// <summary>With it the disk is attached once.</summary>
    public const string AttachId = "attachId";

    /// <summary>The public key that was imported.</summary>
    public const string PublicKey = "publicKey";

    /// <summary>When the public key ends, in microseconds since 1970.</summary>
    public const string Expires = "expires";

    /// <summary>An older image's former status, as JSON.</summary>
    public const string Previous = "previous";
}
