using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using ImageOperator.Engine.Failures;
using ImageOperator.Publishing.Files;
using ImageOperator.Registries;

namespace ImageOperator.Publishing.Oci;

/// <summary>Pushes a blob in pieces. After each the ledger has where the next one goes: registries hand out a new address with each.</summary>
internal sealed class OciBlob(Place place, OciCalls calls, string ledgerKey, string digest, Payload content)
{
    private const long UsualPiece = 64L << 20;

    /// <summary>What is sent at once, and not worth to be gone on with.</summary>
    private const long SmallBlob = 1 << 20;

    /// <summary>Each piece is a write of status: not too many.</summary>
    private const int MostPieces = 64;

    public async Task PushAsync(CancellationToken cancellationToken)
    {
        if (await calls.FindBlobAsync(digest, cancellationToken).ConfigureAwait(false) == content.Length) return;
        if (content.Length <= SmallBlob)
        {
            await PutAsync(await BeginAsync(note: false, cancellationToken).ConfigureAwait(false), whole: true, cancellationToken).ConfigureAwait(false);
            return;
        }

        for (var again = false; ; again = true)
        {
            try
            {
                await UploadAsync(cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (PlatformException e) when (!again && e is { Kind: FailureKind.Terminal, InnerException: RegistryException { Status: HttpStatusCode.NotFound or HttpStatusCode.BadRequest or HttpStatusCode.RequestedRangeNotSatisfiable } })
            {
                // The registry has forgotten the upload, or has other bytes of it than it said.
                place.Say($"{e.Message}: the upload starts over");
                await NoteAsync(null, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task UploadAsync(CancellationToken cancellationToken)
    {
        var (url, offset) = await ResumeAsync(cancellationToken).ConfigureAwait(false) ?? (await BeginAsync(note: true, cancellationToken).ConfigureAwait(false), 0L);
        var piece = Math.Max(UsualPiece, content.Length / MostPieces);
        while (offset < content.Length)
        {
            var count = Math.Min(piece, content.Length - offset);
            (url, offset) = await PatchAsync(url, offset, count, cancellationToken).ConfigureAwait(false);
            if (offset < content.Length) await NoteAsync(url, cancellationToken).ConfigureAwait(false);
            place.Report($"pushing {digest[..19]} for {place.Field}", (double)offset / content.Length);
        }

        await PutAsync(url, whole: false, cancellationToken).ConfigureAwait(false);
    }

    /// <param name="url">Where the upload goes on.</param>
    /// <param name="whole">With all of the content; else it is there.</param>
    /// <param name="cancellationToken">Stops it.</param>
    private async Task PutAsync(Uri url, bool whole, CancellationToken cancellationToken)
    {
        await calls.RunAsync("PUT blob", async () =>
        {
            using var response = await calls.SendAsync(HttpMethod.Put, WithDigest(url), () => whole ? Content(0, content.Length) : new ByteArrayContent([]), cancellationToken).ConfigureAwait(false);
            // An answer that was lost: it is there, and the upload is not any more.
            if (response.StatusCode == HttpStatusCode.NotFound && await calls.FindBlobAsync(digest, cancellationToken).ConfigureAwait(false) == content.Length) return true;
            await OciCalls.CheckAsync(response, $"the blob {digest}", cancellationToken).ConfigureAwait(false);
            return true;
        }, cancellationToken).ConfigureAwait(false);
    }

    private Task<Uri> BeginAsync(bool note, CancellationToken cancellationToken) => calls.RunAsync("POST upload", async () =>
    {
        using var response = await calls.SendAsync(HttpMethod.Post, calls.Client.UploadsUrl, () => null, cancellationToken).ConfigureAwait(false);
        await OciCalls.CheckAsync(response, "an upload", cancellationToken).ConfigureAwait(false);
        var url = Location(response, calls.Client.UploadsUrl);
        if (note) await NoteAsync(url, cancellationToken).ConfigureAwait(false);
        return url;
    }, cancellationToken);

    /// <summary>Where an earlier attempt's upload of the same blob goes on; null if there is none.</summary>
    private Task<(Uri, long)?> ResumeAsync(CancellationToken cancellationToken)
    {
        var known = place.Ledger.Find(ledgerKey)?.Properties;
        if (known?.GetValueOrDefault(OciProperties.Blob) != digest || known.GetValueOrDefault(OciProperties.Upload) is not { Length: > 0 } text) return Task.FromResult<(Uri, long)?>(null);
        return calls.RunAsync<(Uri, long)?>("GET upload", async () =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, text);
            using var response = await calls.Client.Http.SendAsync(request, cancellationToken).ConfigureAwait(false);
            if ((int)response.StatusCode is >= 400 and < 500 and not (401 or 403 or 408 or 429)) return null;
            await OciCalls.CheckAsync(response, "the open upload", cancellationToken).ConfigureAwait(false);
            var offset = After(response) ?? 0;
            if (offset > content.Length) return null;
            if (offset > 0) place.Say($"{digest}: going on after {offset >> 20} of {content.Length >> 20} MiB");
            return (Location(response, new Uri(text)), offset);
        }, cancellationToken);
    }

    private Task<(Uri, long)> PatchAsync(Uri url, long offset, long count, CancellationToken cancellationToken) => calls.RunAsync("PATCH upload", async () =>
    {
        using var response = await calls.SendAsync(HttpMethod.Patch, url, () =>
        {
            var body = Content(offset, count);
            // Registries want it without the unit, which the class for the header insists on.
            body.Headers.TryAddWithoutValidation("Content-Range", string.Create(CultureInfo.InvariantCulture, $"{offset}-{offset + count - 1}"));
            return body;
        }, cancellationToken).ConfigureAwait(false);
        await OciCalls.CheckAsync(response, $"the blob {digest}", cancellationToken).ConfigureAwait(false);
        return (Location(response, url), After(response) ?? offset + count);
    }, cancellationToken);

    private StreamContent Content(long offset, long count)
    {
        var body = new StreamContent(content.Open(offset, count), 1 << 17);
        body.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        body.Headers.ContentLength = count;
        return body;
    }

    /// <summary>Only for the upload's address: what the entry speaks of was noted before.</summary>
    private async Task NoteAsync(Uri? url, CancellationToken cancellationToken)
    {
        var entry = place.Ledger.Find(ledgerKey)!;
        await place.Ledger.ConfirmAsync(ledgerKey, entry.Id!, new Dictionary<string, string> { [OciProperties.Blob] = digest, [OciProperties.Upload] = url?.ToString() ?? "" }, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>How many bytes the registry has: <c>Range: 0-41</c> are 42, and so are, for nothing, <c>0-0</c> none.</summary>
    private static long? After(HttpResponseMessage response)
    {
        if (!response.Headers.TryGetValues("Range", out var values)) return null;
        var last = values.First().Replace("bytes=", "", StringComparison.Ordinal).Split('-')[^1];
        return long.TryParse(last, CultureInfo.InvariantCulture, out var end) ? end == 0 ? 0 : end + 1 : null;
    }

    private static Uri Location(HttpResponseMessage response, Uri asked) => response.Headers.Location is { } place
        ? new Uri(asked, place)
        : throw new RegistryException("the registry does not say where the upload goes on", response.StatusCode);

    private Uri WithDigest(Uri url) => new($"{url}{(url.Query.Length > 0 ? "&" : "?")}digest={Uri.EscapeDataString(digest)}");
}
