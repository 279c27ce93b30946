using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using Amazon.S3;
using Amazon.S3.Model;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Publishing;
using ImageOperator.Engine.Failures;
using ImageOperator.Publishing.Files;
using S3Encryption = ImageOperator.Api.Publishing.S3Encryption;

namespace ImageOperator.Publishing.S3;

/// <summary>The way of one file into a bucket.</summary>
internal sealed class S3Upload(Place place, S3Destination s3, S3Calls calls, PublishFile file, string key)
{
    private const int MostParts = 10_000;
    private const long UsualPart = 16L << 20;
    private const int SideBySide = 4;

    private readonly string _ledgerKey = place.Key(file.Role);
    private S3Parts? _parts;
    private string? _uploadId;

    public PublishFile File => file;

    public string Url { get; } = S3Object.Url(s3.Bucket, key);

    public async Task UploadAsync(CancellationToken cancellationToken)
    {
        var entry = await ResumeAsync(cancellationToken).ConfigureAwait(false);
        var open = entry is { State: LedgerState.Created } ? entry.Properties!.GetValueOrDefault(S3Properties.UploadId) : null;
        if (open is not null) _parts = new(file.Payload, long.Parse(entry!.Properties![S3Properties.PartSize], CultureInfo.InvariantCulture));
        if (entry is not null && await IsThereAsync(cancellationToken).ConfigureAwait(false)) return;
        IReadOnlyList<PartDetail> known = [];
        if (open is not null && await ListAsync(open, cancellationToken).ConfigureAwait(false) is { } listed)
        {
            (_uploadId, known) = (open, listed);
            if (listed.Count > 0) place.Say($"{Url}: going on after {listed.Count} of {_parts!.Count} parts");
        }
        else await BeginAsync(entry, cancellationToken).ConfigureAwait(false);

        await PutPartsAsync(known, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Makes the object of its parts, and compares it with what was sent.</summary>
    public async Task CompleteAsync(CancellationToken cancellationToken)
    {
        if (_uploadId is not null)
        {
            try
            {
                await calls.RunAsync("CompleteMultipartUpload", client => client.CompleteMultipartUploadAsync(new()
                {
                    BucketName = s3.Bucket,
                    Key = key,
                    UploadId = _uploadId,
                    PartETags = _parts!.Sent,
                }, cancellationToken), cancellationToken).ConfigureAwait(false);
            }
            catch (PlatformException e) when (e.Kind == FailureKind.NotFound)
            {
                // An earlier call may have come through without its answer: the object tells.
            }
        }

        await VerifyAsync(cancellationToken).ConfigureAwait(false);
        await place.Ledger.KeepAsync(_ledgerKey, Url, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The ledger's entry, if it is of just this content; what an earlier attempt sent of other content is removed.</summary>
    private async Task<LedgerEntry?> ResumeAsync(CancellationToken cancellationToken)
    {
        if (place.Ledger.Find(_ledgerKey) is not { } entry) return null;
        if (entry.State != LedgerState.Removing && entry.Properties?.GetValueOrDefault(S3Properties.Sha256) == file.Sha256) return entry;
        await new S3Removal(place, calls, entry).RunAsync(cancellationToken).ConfigureAwait(false);
        await place.Ledger.ForgetAsync(_ledgerKey, cancellationToken).ConfigureAwait(false);
        return null;
    }

    /// <summary>Whether an earlier attempt came to the end.</summary>
    private async Task<bool> IsThereAsync(CancellationToken cancellationToken) =>
        await S3Object.FindAsync(calls, s3.Bucket, key, cancellationToken).ConfigureAwait(false) is { } found
        && found.Mark == place.Mark && found.Sha256 == file.Sha256 && found.Length == file.Payload.Length;

    private async Task<IReadOnlyList<PartDetail>?> ListAsync(string uploadId, CancellationToken cancellationToken)
    {
        var all = new List<PartDetail>();
        string? marker = null;
        do
        {
            var page = await calls.FindAsync(
                "ListParts", client => client.ListPartsAsync(new() { BucketName = s3.Bucket, Key = key, UploadId = uploadId, PartNumberMarker = marker }, cancellationToken),
                cancellationToken).ConfigureAwait(false);
            if (page is null) return null;
            all.AddRange(page.Parts ?? []);
            marker = page.IsTruncated == true ? page.NextPartNumberMarker?.ToString(CultureInfo.InvariantCulture) : null;
        }
        while (marker is not null);
        return all;
    }

    private async Task BeginAsync(LedgerEntry? entry, CancellationToken cancellationToken)
    {
        var partSize = s3.PartSize?.Bytes ?? UsualPart;
        var least = (file.Payload.Length + MostParts - 1) / MostParts;
        if (least > partSize) partSize = ((least >> 20) + 1) << 20;
        _parts = new(file.Payload, partSize);
        entry ??= await place.Ledger.IntendAsync(new(_ledgerKey, S3Properties.Type, Url, new Dictionary<string, string>
        {
            [S3Properties.Bucket] = s3.Bucket,
            [S3Properties.Key] = key,
            [S3Properties.Sha256] = file.Sha256,
            [S3Properties.Begun] = place.Context.Time.GetUtcNow().ToString("O", CultureInfo.InvariantCulture),
        }, s3.Region), cancellationToken).ConfigureAwait(false);
        _uploadId = await calls.RunAsync("CreateMultipartUpload", async client =>
        {
            // A call without an answer may have made one, which nobody would know of.
            await new S3Removal(place, calls, entry).AbortStraysAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                return (await client.InitiateMultipartUploadAsync(Request(), cancellationToken).ConfigureAwait(false)).UploadId;
            }
            catch (AmazonS3Exception e) when (e.StatusCode == HttpStatusCode.NotFound)
            {
                throw PublishFailure.Failed($"{place.Field}.s3.bucket", $"there is no bucket {s3.Bucket}: {e.Message}", "create it, or correct bucket, region and endpoint", e);
            }
        }, cancellationToken).ConfigureAwait(false);
        await place.Ledger.ConfirmAsync(_ledgerKey, Url, new Dictionary<string, string>
        {
            [S3Properties.UploadId] = _uploadId,
            [S3Properties.PartSize] = partSize.ToString(CultureInfo.InvariantCulture),
        }, cancellationToken).ConfigureAwait(false);
    }

    private InitiateMultipartUploadRequest Request()
    {
        var request = new InitiateMultipartUploadRequest
        {
            BucketName = s3.Bucket,
            Key = key,
            ContentType = "application/octet-stream",
            ChecksumAlgorithm = ChecksumAlgorithm.SHA256,
            ServerSideEncryptionMethod = s3.ServerSideEncryption switch
            {
                S3Encryption.Aes256 => ServerSideEncryptionMethod.AES256,
                S3Encryption.Kms => ServerSideEncryptionMethod.AWSKMS,
                _ => null,
            },
            ServerSideEncryptionKeyManagementServiceKeyId = s3.KmsKeyId,
        };
        if (s3.StorageClass is { } storage) request.StorageClass = storage;
        request.Metadata[S3Object.Sha256Note] = file.Sha256;
        request.Metadata[S3Object.MarkNote] = place.Mark;
        return request;
    }

    private async Task PutPartsAsync(IReadOnlyList<PartDetail> known, CancellationToken cancellationToken)
    {
        var (parts, done) = (_parts!, 0);
        await Parallel.ForEachAsync(Enumerable.Range(1, parts.Count), new ParallelOptions { MaxDegreeOfParallelism = SideBySide, CancellationToken = cancellationToken }, async (number, token) =>
        {
            if (!await parts.TakeAsync(number, known, token).ConfigureAwait(false)) await PutAsync(parts, number, token).ConfigureAwait(false);
            place.Report($"uploading {Url}", (double)Interlocked.Increment(ref done) / parts.Count);
        }).ConfigureAwait(false);
    }

    private async Task PutAsync(S3Parts parts, int number, CancellationToken cancellationToken)
    {
        var sum = Convert.ToBase64String(await parts.HashAsync(number, cancellationToken).ConfigureAwait(false));
        var etag = await calls.RunAsync("UploadPart", async client =>
        {
            var content = parts.Open(number);
            await using (content.ConfigureAwait(false))
            {
                var answer = await client.UploadPartAsync(new()
                {
                    BucketName = s3.Bucket,
                    Key = key,
                    UploadId = _uploadId,
                    PartNumber = number,
                    PartSize = content.Length,
                    InputStream = content,
                    ChecksumSHA256 = sum,
                    UseChunkEncoding = false,
                    // The checksum is of the same content: over TLS it is not hashed a second time for the signature.
                    DisablePayloadSigning = s3.Endpoint?.StartsWith("http://", StringComparison.Ordinal) != true,
                }, cancellationToken).ConfigureAwait(false);
                return answer.ETag;
            }
        }, cancellationToken).ConfigureAwait(false);
        parts.Put(number, etag, sum);
    }

    private async Task VerifyAsync(CancellationToken cancellationToken)
    {
        var found = await S3Object.FindAsync(calls, s3.Bucket, key, cancellationToken).ConfigureAwait(false)
            ?? throw PublishFailure.Unreachable($"{place.Field}.s3", $"{Url} is not there after its upload", "look whether something else deletes it");
        if (found.Length != file.Payload.Length || found.Sha256 != file.Sha256) throw PublishFailure.Differs($"{place.Field}.s3", Url, file.Sha256, found.Sha256 ?? "none");
        if (found.Composite is { } composite && _parts is { } parts)
        {
            var expected = await parts.CompositeAsync(cancellationToken).ConfigureAwait(false);
            if (composite != expected) throw PublishFailure.Differs($"{place.Field}.s3", Url, $"{expected} (of parts)", composite);
            return;
        }

        // The storage computes no checksums of its own: what it has is read.
        var sum = await calls.RunAsync("GetObject", async client =>
        {
            using var answer = await client.GetObjectAsync(new GetObjectRequest { BucketName = s3.Bucket, Key = key }, cancellationToken).ConfigureAwait(false);
            return Convert.ToHexStringLower(await SHA256.HashDataAsync(answer.ResponseStream, cancellationToken).ConfigureAwait(false));
        }, cancellationToken).ConfigureAwait(false);
        if (sum != file.Sha256) throw PublishFailure.Differs($"{place.Field}.s3", Url, file.Sha256, sum);
    }
}
