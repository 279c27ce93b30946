namespace ImageOperator.Api.ImageBuilds;

/// <summary>A result of the build.</summary>
public sealed record Artifact
{
    /// <summary>The target that made it.</summary>
    public string? Target { get; init; }

    /// <summary>What it is: <c>qcow2</c>, <c>raw</c>, <c>vmdk</c>; on clouds <c>ami</c> and the like, <c>raw.tar.gz</c> of an export.</summary>
    public required string Type { get; init; }

    /// <summary>The platform's ID, or where the file stands: <c>hostpath:/…</c>, <c>pvc://claim/path</c>, <c>file:///…</c>; where it was published, or exported, its URL: <c>s3://bucket/key</c>, <c>gs://bucket/name</c>, <c>oci://registry/repository@digest</c>.</summary>
    public required string Id { get; init; }

    /// <summary>How it was published, by the name of the destination: <c>s3</c>, <c>oci</c>; unset for the target's own output.</summary>
    public string? Published { get; init; }

    /// <summary>The region, or the node of a hostPath.</summary>
    public string? Location { get; init; }

    /// <summary>The file's size in bytes.</summary>
    public long? SizeBytes { get; init; }

    /// <summary>The disk's virtual size in bytes.</summary>
    public long? VirtualSizeBytes { get; init; }

    /// <summary>The file's checksum, as <c>sha256:…</c>, of an exported one <c>md5:…</c>; of a cloud's image that is known by a name, what tells it from another one of that name: <c>gce-image:…</c>.</summary>
    public string? Checksum { get; init; }
}
