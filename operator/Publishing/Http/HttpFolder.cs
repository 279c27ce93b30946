using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Publishing;
using ImageOperator.Publishing.Files;

namespace ImageOperator.Publishing.Http;

/// <summary>Files of a web server. PUT makes a file visible as it comes: they are sent when all other uploads are done, the image first.</summary>
internal sealed class HttpFolder(Place place, HttpDestination http) : IDestination
{
    public const string Type = "publish/http";
    private const string Sha256 = "sha256";
    private const string Url = "url";
    private const string Tag = "etag";

    private IReadOnlyList<PublishFile> _files = [];
    private HttpCalls? _calls;

    public string Kind => "http";

    public Place Place => place;

    private HttpCalls Calls => _calls ??= new(place, http);

    /// <summary>Nothing yet: the protocol has no upload that nobody sees. But a server that cannot be reached is to be known before others release.</summary>
    public async Task UploadAsync(IReadOnlyList<PublishFile> files, CancellationToken cancellationToken)
    {
        _files = files;
        _ = await Calls.LookAsync(UrlOf(files[0]), cancellationToken).ConfigureAwait(false);
    }

    public async Task<IReadOnlyList<Artifact>> ReleaseAsync(CancellationToken cancellationToken)
    {
        var artifacts = new List<Artifact>();
        foreach (var file in _files)
        {
            var (url, key) = (UrlOf(file), place.Key(file.Role));
            var begun = place.Ledger.Find(key) is { State: not LedgerState.Removing } entry && entry.Properties?.GetValueOrDefault(Sha256) == file.Sha256;
            // An earlier attempt may have sent all of it.
            if (!begun || !await Calls.HasAsync(url, file, cancellationToken).ConfigureAwait(false))
            {
                if (!begun) await place.Ledger.IntendAsync(new(key, Type, url.ToString(), new Dictionary<string, string> { [Sha256] = file.Sha256, [Url] = url.ToString() }), cancellationToken).ConfigureAwait(false);
                await Calls.PutAsync(url, file, cancellationToken).ConfigureAwait(false);
                await Calls.VerifyAsync(url, file, cancellationToken).ConfigureAwait(false);
            }

            if ((await Calls.LookAsync(url, cancellationToken).ConfigureAwait(false))?.Tag is { } tag) await place.Ledger.ConfirmAsync(key, url.ToString(), new Dictionary<string, string> { [Tag] = tag }, cancellationToken).ConfigureAwait(false);
            await place.Ledger.KeepAsync(key, url.ToString(), cancellationToken).ConfigureAwait(false);
            artifacts.Add(place.Describe(file, Kind, url.ToString()));
        }

        return artifacts;
    }

    /// <summary>Deletes the file if it is what was sent: by its tag, else by its content..</summary>
    public async Task RemoveAsync(LedgerEntry entry, CancellationToken cancellationToken)
    {
        if (entry.Properties?.GetValueOrDefault(Url) is not { } text) return;
        var url = new Uri(text);
        if (await Calls.LookAsync(url, cancellationToken).ConfigureAwait(false) is not { } found) return;
        var ours = entry.Properties.GetValueOrDefault(Tag) is { } tag && found.Tag is not null
            ? found.Tag == tag
            : await Calls.HasAsync(url, entry.Properties[Sha256], cancellationToken).ConfigureAwait(false);
        if (ours) await Calls.DeleteAsync(url, cancellationToken).ConfigureAwait(false);
    }

    public async Task<bool> ExistsAsync(Artifact artifact, CancellationToken cancellationToken) =>
        Uri.TryCreate(artifact.Id, UriKind.Absolute, out var url) && url.ToString().StartsWith(FolderOf(http.Url), StringComparison.Ordinal)
        && artifact.Checksum is { } sum && await Calls.HasAsync(url, sum["sha256:".Length..], cancellationToken).ConfigureAwait(false);

    public ValueTask DisposeAsync()
    {
        _calls?.Dispose();
        return ValueTask.CompletedTask;
    }

    private Uri UrlOf(PublishFile file) => new(http.Url.EndsWith('/') ? http.Url + Uri.EscapeDataString(file.Name) : file.Role switch
    {
        PublishFile.Disk => http.Url,
        PublishFile.Manifest => http.Url + ".manifest.json",
        _ => http.Url + ".SHA256SUMS",
    });

    private static string FolderOf(string url) => url[..(url.LastIndexOf('/') + 1)];
}
