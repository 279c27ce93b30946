using Amazon.S3;
using Amazon.S3.Model;

namespace ImageOperator.Publishing.S3;

/// <summary>What a bucket says of an object.</summary>
/// <param name="Length">Its size.</param>
/// <param name="Sha256">The SHA-256 that was noted when it was made.</param>
/// <param name="Mark">Which build made it.</param>
/// <param name="Composite">The SHA-256 over the SHA-256 of its parts, which the storage computed; null where it computes none.</param>
/// <param name="VersionId">Its version, where the bucket has versions.</param>
internal sealed record S3Object(long Length, string? Sha256, string? Mark, string? Composite, string? VersionId)
{
    public const string Sha256Note = "imageoperator-sha256";
    public const string MarkNote = "imageoperator-build";

    public static string Url(string bucket, string key) => $"s3://{bucket}/{key}";

    public static async Task<S3Object?> FindAsync(S3Calls calls, string bucket, string key, CancellationToken cancellationToken)
    {
        var found = await calls.FindAsync(
            "HeadObject", s3 => s3.GetObjectMetadataAsync(new GetObjectMetadataRequest { BucketName = bucket, Key = key, ChecksumMode = ChecksumMode.ENABLED }, cancellationToken),
            cancellationToken).ConfigureAwait(false);
        if (found is null) return null;
        return new(found.ContentLength, Note(found, Sha256Note), Note(found, MarkNote), found.ChecksumSHA256?.Split('-')[0] is { Length: > 0 } sum ? sum : null, found.VersionId is { Length: > 0 } and not "null" ? found.VersionId : null);
    }

    private static string? Note(GetObjectMetadataResponse found, string name) => found.Metadata[name] is { Length: > 0 } value ? value : null;
}
