using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Publishing;
using ImageOperator.Publishing.Files;

namespace ImageOperator.Publishing.AzureBlob;

/// <summary>Blobs of a container: staged blocks, or pages beside their place, are nothing that anybody sees under the name before the release.</summary>
internal sealed class AzureContainer : IDestination
{
    private readonly AzureBlobDestination _azure;
    private readonly Lazy<AzureAccess> _access;
    private readonly AzureCalls _calls;
    private readonly List<AzureUpload> _uploads = [];

    public AzureContainer(Place place, AzureBlobDestination azure)
    {
        (Place, _azure) = (place, azure);
        _access = new(() => new(place, azure));
        _calls = new(place, () => _access.Value);
    }

    public string Kind => "azureBlob";

    public Place Place { get; }

    public async Task UploadAsync(IReadOnlyList<PublishFile> files, CancellationToken cancellationToken)
    {
        _uploads.Clear();
        foreach (var file in files)
        {
            var blob = _azure.BlobPrefix + file.Name;
            IBlobForm form = await FixedVhd.IsAsync(file.Payload, cancellationToken).ConfigureAwait(false)
                ? new PageForm(Place, _calls, file, blob, $"{_azure.BlobPrefix}.imageoperator/{Place.Key(file.Role)["publish/".Length..]}/{Place.Mark}")
                : new BlockForm(Place, _azure, _calls, file, blob);
            var upload = new AzureUpload(Place, _calls, file, form, blob, UrlOf(blob));
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
            artifacts.Add(Place.Describe(upload.File, Kind, upload.Url));
        }

        return artifacts;
    }

    public Task RemoveAsync(LedgerEntry entry, CancellationToken cancellationToken)
    {
        if (entry.Properties?.GetValueOrDefault(AzureProperties.Blob) is not { } blob) return Task.CompletedTask;
        var snapshots = new AzureSnapshots(Place, _calls, blob);
        return entry.Type == AzureProperties.BeforeType ? snapshots.DeleteAsync(cancellationToken) : new AzureRemoval(Place, _calls, entry, blob, snapshots).RunAsync(cancellationToken);
    }

    public async Task<bool> ExistsAsync(Artifact artifact, CancellationToken cancellationToken)
    {
        var prefix = UrlOf("");
        if (!artifact.Id.StartsWith(prefix, StringComparison.Ordinal)) return false;
        var found = await AzureObject.FindAsync(_calls, artifact.Id[prefix.Length..], cancellationToken).ConfigureAwait(false);
        return found is not null && found.Length == artifact.SizeBytes && $"sha256:{found.Sha256}" == artifact.Checksum;
    }

    public ValueTask DisposeAsync()
    {
        if (_access.IsValueCreated) _access.Value.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Without a query: there may be a signature in it.</summary>
    private string UrlOf(string blob) => $"{_access.Value.Container.Uri.GetLeftPart(UriPartial.Path).TrimEnd('/')}/{blob}";
}
