using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Publishing;
using ImageOperator.Publishing.Files;

namespace ImageOperator.Publishing.Gcs;

/// <summary>Objects of a bucket, by resumable uploads.</summary>
internal sealed class GcsBucket(Place place, GcsDestination gcs) : IDestination
{
    private readonly GcsCalls _calls = new(place, gcs);
    private readonly List<GcsUpload> _uploads = [];

    public string Kind => "gcs";

    public Place Place => place;

    public async Task UploadAsync(IReadOnlyList<PublishFile> files, CancellationToken cancellationToken)
    {
        _uploads.Clear();
        foreach (var file in files)
        {
            var upload = new GcsUpload(place, gcs, _calls, file, gcs.ObjectPrefix + file.Name);
            await upload.UploadAsync(cancellationToken).ConfigureAwait(false);
            _uploads.Add(upload);
        }
    }

    public async Task<IReadOnlyList<Artifact>> ReleaseAsync(CancellationToken cancellationToken)
    {
        var artifacts = new List<Artifact>();
        foreach (var upload in _uploads)
        {
            await upload.ReleaseAsync(cancellationToken).ConfigureAwait(false);
            artifacts.Add(place.Describe(upload.File, Kind, upload.Url));
        }

        return artifacts;
    }

    public Task RemoveAsync(LedgerEntry entry, CancellationToken cancellationToken) => new GcsRemoval(place, _calls, entry).RunAsync(cancellationToken);

    public async Task<bool> ExistsAsync(Artifact artifact, CancellationToken cancellationToken)
    {
        var prefix = GcsObject.Url(gcs.Bucket, "");
        if (!artifact.Id.StartsWith(prefix, StringComparison.Ordinal)) return false;
        var found = await _calls.FindAsync(artifact.Id[prefix.Length..], cancellationToken).ConfigureAwait(false);
        return found is not null && found.Length() == artifact.SizeBytes && $"sha256:{found.Note(GcsObject.Sha256Note)}" == artifact.Checksum;
    }

    public ValueTask DisposeAsync()
    {
        _calls.Dispose();
        return ValueTask.CompletedTask;
    }
}
