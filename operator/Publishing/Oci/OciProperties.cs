namespace ImageOperator.Publishing.Oci;

/// <summary>What the ledger knows of an artifact.</summary>
internal static class OciProperties
{
    public const string Type = "publish/oci";

    /// <summary>The digest of our manifest.</summary>
    public const string Digest = "digest";

    /// <summary>What the tag was before; missing where it was not.</summary>
    public const string Previous = "previous";

    /// <summary>The digest of the blob that is being uploaded.</summary>
    public const string Blob = "blob";

    /// <summary>Where the upload of the blob goes on: it changes with each piece.</summary>
    public const string Upload = "upload";
}
