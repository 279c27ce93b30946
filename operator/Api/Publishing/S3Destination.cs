using ImageOperator.Api.Common;
using ImageOperator.Api.Schema;

namespace ImageOperator.Api.Publishing;

/// <summary>A bucket of S3, or of a storage that speaks its protocol. Files are uploaded in parts, and go on where an earlier attempt ended.</summary>
[CelRule("!has(self.kmsKeyId) || (has(self.serverSideEncryption) && self.serverSideEncryption == 'aws:kms')", KeyNeedsKms, FieldPath = ".kmsKeyId")]
public sealed record S3Destination
{
    internal const string KeyNeedsKms = "means nothing without serverSideEncryption: aws:kms";

    /// <summary>The bucket.</summary>
    [Bounds(Min = 3, Max = 255)]
    [Pattern("^([a-z0-9.-]|\\$\\([^$]+\\))+$")]
    public required string Bucket { get; init; }

    /// <summary>What stands before the file's name: <c>images/web/</c>.</summary>
    [Bounds(Max = 700)]
    [Pattern("^([A-Za-z0-9!_.*'()/-]|\\$\\([^$]+\\))*$")]
    public string? KeyPrefix { get; init; }

    /// <summary>The region. Unset: what the builder's environment says; <c>us-east-1</c> with an endpoint.</summary>
    [Bounds(Max = 64)]
    [Pattern("^([a-z0-9-]|\\$\\([^$]+\\))+$")]
    public string? Region { get; init; }

    /// <summary>The storage's URL, where it is not AWS.</summary>
    [Bounds(Max = 512)]
    [Pattern("^(https?://|\\$\\().+")]
    public string? Endpoint { get; init; }

    /// <summary>The bucket stands in the URL's path, not in its host name: most storages but AWS want it so.</summary>
    public bool PathStyle { get; init; }

    /// <summary>A Secret with <c>accessKeyId</c>, <c>secretAccessKey</c> and, for temporary ones, <c>sessionToken</c>; <c>ca.crt</c>. Unset: the pod's own identity, as AWS's SDK finds it.</summary>
    public LocalObjectReference? SecretRef { get; init; }

    /// <summary>How the storage encrypts the objects. Unset: as the bucket says.</summary>
    public S3Encryption? ServerSideEncryption { get; init; }

    /// <summary>The key of AWS KMS. Unset: the account's own for S3.</summary>
    [Bounds(Min = 1, Max = 2048)]
    public string? KmsKeyId { get; init; }

    /// <summary>The storage class, such as <c>STANDARD_IA</c>. Unset: the storage's own.</summary>
    [Bounds(Min = 1, Max = 64)]
    [Pattern("^[A-Z0-9_]+$")]
    public string? StorageClass { get; init; }

    /// <summary>The size of the parts, 5Mi to 5Gi. Unset: 16Mi, more where a file would have more than 10,000 parts.</summary>
    public Quantity? PartSize { get; init; }
}
