using System.Globalization;
using Amazon.S3.Model;
using ImageOperator.Api.ImageBuilds;

namespace ImageOperator.Publishing.S3;

/// <summary>Aborts an upload, and deletes an object that is this build's.</summary>
internal sealed class S3Removal(Place place, S3Calls calls, LedgerEntry entry)
{
    /// <summary>How far the storage's clock may be behind ours.</summary>
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(5);

    private string Bucket => entry.Properties![S3Properties.Bucket];

    private string Key => entry.Properties![S3Properties.Key];

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (entry.Properties?.GetValueOrDefault(S3Properties.UploadId) is { } uploadId) await AbortAsync(uploadId, cancellationToken).ConfigureAwait(false);
        else await AbortStraysAsync(cancellationToken).ConfigureAwait(false);
        if (await S3Object.FindAsync(calls, Bucket, Key, cancellationToken).ConfigureAwait(false) is not { } found || found.Mark != place.Mark) return;
        // Of a bucket with versions just ours: the one before it is seen again.
        await calls.FindAsync(
            "DeleteObject", s3 => s3.DeleteObjectAsync(new DeleteObjectRequest { BucketName = Bucket, Key = Key, VersionId = found.VersionId }, cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Aborts uploads to the same key that were begun since ours was intended: one of them may be ours, whose answer nobody heard.</summary>
    public async Task AbortStraysAsync(CancellationToken cancellationToken)
    {
        if (!DateTimeOffset.TryParse(entry.Properties?.GetValueOrDefault(S3Properties.Begun), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var begun)) return;
        string? key = null, upload = null;
        do
        {
            var page = await calls.FindAsync(
                "ListMultipartUploads",
                s3 => s3.ListMultipartUploadsAsync(new ListMultipartUploadsRequest { BucketName = Bucket, Prefix = Key, KeyMarker = key, UploadIdMarker = upload }, cancellationToken),
                cancellationToken).ConfigureAwait(false);
            foreach (var open in page?.MultipartUploads ?? [])
            {
                if (open.Key == Key && open.Initiated?.ToUniversalTime() >= (begun - Skew).UtcDateTime) await AbortAsync(open.UploadId, cancellationToken).ConfigureAwait(false);
            }

            (key, upload) = page?.IsTruncated == true ? (page.NextKeyMarker, page.NextUploadIdMarker) : (null, null);
        }
        while (key is not null);
    }

    private async Task AbortAsync(string uploadId, CancellationToken cancellationToken) => await calls.FindAsync(
        "AbortMultipartUpload", s3 => s3.AbortMultipartUploadAsync(new AbortMultipartUploadRequest { BucketName = Bucket, Key = Key, UploadId = uploadId }, cancellationToken),
        cancellationToken).ConfigureAwait(false);
}
