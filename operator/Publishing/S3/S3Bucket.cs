using Amazon.S3;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Publishing;
using ImageOperator.Publishing.Files;

namespace ImageOperator.Publishing.S3;

/// <summary>Objects of a bucket, by multipart uploads: nothing is seen before an upload is completed.</summary>
internal sealed class S3Bucket : IDestination
{
    private readonly S3Destination _s3;
    private readonly S3Calls _calls;
    private readonly Lazy<AmazonS3Client> _client;
    private readonly List<S3Upload> _uploads = [];

    public S3Bucket(Place place, S3Destination s3)
    {
        (Place, _s3) = (place, s3);
        _client = new(() => S3Access.Create(place, s3));
        _calls = new(place, () => _client.Value);
    }

    public string Kind => "s3";

    public Place Place { get; }

    public async Task UploadAsync(IReadOnlyList<PublishFile> files, CancellationToken cancellationToken)
    {
        _uploads.Clear();
        foreach (var file in files)
        {
            var upload = new S3Upload(Place, _s3, _calls, file, _s3.KeyPrefix + file.Name);
            await upload.UploadAsync(cancellationToken).ConfigureAwait(false);
            _uploads.Add(upload);
        }
    }

    public async Task<IReadOnlyList<Artifact>> ReleaseAsync(CancellationToken cancellationToken)
    {
        var artifacts = new List<Artifact>();
        foreach (var upload in _uploads)
        {
            await upload.CompleteAsync(cancellationToken).ConfigureAwait(false);
            artifacts.Add(Place.Describe(upload.File, Kind, upload.Url, _s3.Region));
        }

        return artifacts;
    }

    public Task RemoveAsync(LedgerEntry entry, CancellationToken cancellationToken) => new S3Removal(Place, _calls, entry).RunAsync(cancellationToken);

    public async Task<bool> ExistsAsync(Artifact artifact, CancellationToken cancellationToken)
    {
        var prefix = S3Object.Url(_s3.Bucket, "");
        if (!artifact.Id.StartsWith(prefix, StringComparison.Ordinal)) return false;
        var found = await S3Object.FindAsync(_calls, _s3.Bucket, artifact.Id[prefix.Length..], cancellationToken).ConfigureAwait(false);
        return found is not null && found.Length == artifact.SizeBytes && $"sha256:{found.Sha256}" == artifact.Checksum;
    }

    public ValueTask DisposeAsync()
    {
        if (_client.IsValueCreated) _client.Value.Dispose();
        return ValueTask.CompletedTask;
    }
}
