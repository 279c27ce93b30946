using ImageOperator.Api.Common;
using ImageOperator.Api.Schema;
using ImageOperator.Api.Targets.Qemu;

namespace ImageOperator.Api.Publishing;

/// <summary>
/// One place to put the disk image to, once its tests have passed. Exactly one destination must be set. What is there under the same name is
/// replaced, and only when all entries of the target are uploaded.
/// </summary>
[Choice(Allowed.ExactlyOne)]
[CelRule("!has(self.compress) || !self.compress || !has(self.format) || self.format in ['qcow2', 'vmdk']", OnlyTheseCompress, FieldPath = ".compress")]
[CelRule("!has(self.oci) || !has(self.oci.containerDisk) || !self.oci.containerDisk || !has(self.format) || self.format in ['qcow2', 'raw']", DiskFormats, FieldPath = ".format")]
[CelRule("!has(self.oci) || !has(self.oci.containerDisk) || !self.oci.containerDisk || ((!has(self.manifest) || !self.manifest) && (!has(self.checksums) || !self.checksums))", OneLayer)]
public sealed record PublishEntry
{
    internal const string OnlyTheseCompress = "only qcow2 and vmdk can be compressed within: set one of these formats, or gzip instead of compress";
    internal const string DiskFormats = "a containerDisk is of the format qcow2 or raw: set one of these";
    internal const string OneLayer = "a containerDisk has one layer, the disk's: remove manifest and checksums";

    /// <summary>The file's name without its extension, which follows from the format.</summary>
    [Bounds(Min = 1, Max = 200)]
    [Pattern("^([A-Za-z0-9_-]|\\$\\([^$]+\\))([A-Za-z0-9_.-]|\\$\\([^$]+\\))*$")]
    public string Name { get; init; } = "$(build.name)-$(target.name)";

    /// <summary>The disk image's format; it is converted where it is not the target's own. Unset: the format of the target's output.</summary>
    public DiskFormat? Format { get; init; }

    /// <summary>Compress the image within its format (qcow2, vmdk): readers need not unpack it.</summary>
    public bool Compress { get; init; }

    /// <summary>Compress the file with gzip, whatever its format; its name ends in <c>.gz</c>. Holes of sparse files cost nothing.</summary>
    public bool Gzip { get; init; }

    /// <summary>Put a manifest beside the image, <c>NAME.manifest.json</c>: build, target, source and checksum.</summary>
    public bool Manifest { get; init; }

    /// <summary>Put the checksums beside the image, <c>NAME.SHA256SUMS</c>, in the form that <c>sha256sum --check</c> reads.</summary>
    public bool Checksums { get; init; }

    /// <summary>An object of S3, or of a storage that speaks its protocol.</summary>
    [Alternative]
    public S3Destination? S3 { get; init; }

    /// <summary>A blob of Azure Blob Storage.</summary>
    [Alternative]
    public AzureBlobDestination? AzureBlob { get; init; }

    /// <summary>An object of Google Cloud Storage.</summary>
    [Alternative]
    public GcsDestination? Gcs { get; init; }

    /// <summary>An artifact of an OCI registry, or a containerDisk of KubeVirt.</summary>
    [Alternative]
    public OciDestination? Oci { get; init; }

    /// <summary>A file of a web server, sent with PUT.</summary>
    [Alternative]
    public HttpDestination? Http { get; init; }

    /// <summary>A folder on a volume: a copy, renamed into place.</summary>
    [Alternative]
    public ClaimFile? PersistentVolumeClaim { get; init; }

    /// <summary>The Secret with the destination's credentials; null without one.</summary>
    public LocalObjectReference? CredentialsRef() => S3?.SecretRef ?? AzureBlob?.SecretRef ?? Gcs?.SecretRef ?? Oci?.SecretRef ?? Http?.SecretRef;
}
