using System.Net;
using ImageOperator.Api.ImageBuilds;

namespace ImageOperator.Publishing.Oci;

/// <summary>Ends an upload, gives the tag back to what it named before, and deletes our manifest. Blobs without a manifest are the registry's to collect.</summary>
internal sealed class OciRemoval(OciCalls calls, LedgerEntry entry, string tag)
{
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (entry.Properties?.GetValueOrDefault(OciProperties.Upload) is { Length: > 0 } upload) await DeleteAsync("DELETE upload", new Uri(upload), true, cancellationToken).ConfigureAwait(false);
        if (entry.Properties?.GetValueOrDefault(OciProperties.Digest) is not { } digest || await calls.FindDigestAsync(digest, cancellationToken).ConfigureAwait(false) is null) return;
        if (await calls.FindDigestAsync(tag, cancellationToken).ConfigureAwait(false) == digest
            && entry.Properties.GetValueOrDefault(OciProperties.Previous) is { } previous
            && await calls.FindManifestAsync(previous, cancellationToken).ConfigureAwait(false) is var (json, mediaType))
        {
            await calls.PutManifestAsync(tag, json, mediaType, cancellationToken).ConfigureAwait(false);
        }

        await DeleteAsync("DELETE manifest", calls.Client.ManifestUrl(digest), false, cancellationToken).ConfigureAwait(false);
    }

    /// <param name="operation">What is done.</param>
    /// <param name="url">What is deleted.</param>
    /// <param name="mayRefuse">That it is not done does no harm: open uploads end by themselves.</param>
    /// <param name="cancellationToken">Stops it.</param>
    private Task<bool> DeleteAsync(string operation, Uri url, bool mayRefuse, CancellationToken cancellationToken) => calls.RunAsync(operation, async () =>
    {
        using var request = new HttpRequestMessage(HttpMethod.Delete, url);
        using var response = await calls.Client.Http.SendAsync(request, cancellationToken).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.NotFound || (mayRefuse && (int)response.StatusCode is >= 400 and < 500)) return true;
        await OciCalls.CheckAsync(response, response.StatusCode == HttpStatusCode.MethodNotAllowed ? "the registry deletes nothing (delete it there by hand, or allow deletes)" : "the manifest", cancellationToken).ConfigureAwait(false);
        return true;
    }, cancellationToken);
}
