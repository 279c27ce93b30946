using ImageOperator.Api.Common;
using ImageOperator.Api.Schema;

namespace ImageOperator.Api.Publishing;

/// <summary>A bucket of Google Cloud Storage. Files are uploaded in chunks of a resumable upload, and are seen when the last one is sent.</summary>
public sealed record GcsDestination
{
    /// <summary>The bucket.</summary>
    [Bounds(Min = 3, Max = 255)]
    [Pattern("^([a-z0-9._-]|\\$\\([^$]+\\))+$")]
    public required string Bucket { get; init; }

    /// <summary>What stands before the file's name: <c>images/web/</c>. Unset: nothing.</summary>
    [Bounds(Max = 700)]
    [Pattern("^([A-Za-z0-9!_.*'()/-]|\\$\\([^$]+\\))*$")]
    public string? ObjectPrefix { get; init; }

    /// <summary>The storage's URL. Unset: <c>https://storage.googleapis.com</c>.</summary>
    [Bounds(Max = 512)]
    [Pattern("^(https?://|\\$\\().+")]
    public string? Endpoint { get; init; }

    /// <summary>
    /// A Secret with <c>key.json</c>, the JSON of a service account's key or of another credential configuration; it may also have <c>ca.crt</c>. Unset: the
    /// pod's own identity, as Google's library finds it; an upload that breaks off with its pod then starts over.
    /// </summary>
    public LocalObjectReference? SecretRef { get; init; }

    /// <summary>The storage class, such as <c>NEARLINE</c>. Unset: the bucket's own.</summary>
    [Bounds(Min = 1, Max = 64)]
    [Pattern("^[A-Z0-9_]+$")]
    public string? StorageClass { get; init; }

    /// <summary>The key of Cloud KMS: <c>projects/P/locations/L/keyRings/R/cryptoKeys/K</c>. Unset: as the bucket says.</summary>
    [Bounds(Min = 1, Max = 1024)]
    [Pattern("^([A-Za-z0-9_./:-]|\\$\\([^$]+\\))+$")]
    public string? KmsKeyName { get; init; }

    /// <summary>The size of the chunks, 256Ki to 1Gi, a multiple of 256Ki. Unset: 16Mi.</summary>
    public Quantity? ChunkSize { get; init; }
}
