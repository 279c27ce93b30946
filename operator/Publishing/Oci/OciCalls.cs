using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using ImageOperator.Api.Publishing;
using ImageOperator.Engine.Tracing;
using ImageOperator.Registries;

namespace ImageOperator.Publishing.Oci;

/// <summary>Calls a registry, again where that may help, and translates its errors.</summary>
internal sealed class OciCalls(Place place, OciDestination oci, RegistryClient client)
{
    private const int LargestManifest = 4 << 20;

    public RegistryClient Client => client;

    /// <summary>The digest of what a tag or digest names; null if there is nothing.</summary>
    public async Task<string?> FindDigestAsync(string tagOrDigest, CancellationToken cancellationToken) =>
        await FindManifestAsync(tagOrDigest, cancellationToken).ConfigureAwait(false) is { } manifest ? $"sha256:{Convert.ToHexStringLower(SHA256.HashData(manifest.Json))}" : null;

    /// <summary>What a tag or digest names, byte by byte.</summary>
    public Task<(byte[] Json, string MediaType)?> FindManifestAsync(string tagOrDigest, CancellationToken cancellationToken) => RunAsync<(byte[], string)?>("GET manifest", async () =>
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, client.ManifestUrl(tagOrDigest));
        foreach (var type in MediaTypes.Manifests) request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(type));
        using var response = await client.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.NotFound) return null;
        await CheckAsync(response, "the manifest", cancellationToken).ConfigureAwait(false);
        await response.Content.LoadIntoBufferAsync(LargestManifest, cancellationToken).ConfigureAwait(false);
        return (await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false), response.Content.Headers.ContentType?.MediaType ?? MediaTypes.OciManifest);
    }, cancellationToken);

    /// <summary>The size of a blob; null if there is none.</summary>
    public Task<long?> FindBlobAsync(string digest, CancellationToken cancellationToken) => RunAsync<long?>("HEAD blob", async () =>
    {
        using var request = new HttpRequestMessage(HttpMethod.Head, client.BlobUrl(digest));
        using var response = await client.Http.SendAsync(request, cancellationToken).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.NotFound) return null;
        await CheckAsync(response, $"the blob {digest}", cancellationToken).ConfigureAwait(false);
        return response.Content.Headers.ContentLength;
    }, cancellationToken);

    public Task<bool> PutManifestAsync(string tag, byte[] json, string mediaType, CancellationToken cancellationToken) => RunAsync("PUT manifest", async () =>
    {
        using var response = await SendAsync(HttpMethod.Put, client.ManifestUrl(tag), () =>
        {
            var content = new ByteArrayContent(json);
            content.Headers.ContentType = new MediaTypeHeaderValue(mediaType);
            return content;
        }, cancellationToken).ConfigureAwait(false);
        await CheckAsync(response, "the manifest", cancellationToken).ConfigureAwait(false);
        return true;
    }, cancellationToken);

    /// <summary>Sends a request; a second time with a new body if the login's token had ended.</summary>
    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, Uri url, Func<HttpContent?> body, CancellationToken cancellationToken)
    {
        var response = await OnceAsync().ConfigureAwait(false);
        if (response.StatusCode != HttpStatusCode.Unauthorized) return response;
        response.Dispose();
        return await OnceAsync().ConfigureAwait(false);

        async Task<HttpResponseMessage> OnceAsync()
        {
            using var request = new HttpRequestMessage(method, url) { Content = body() };
            return await client.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        }
    }

    public static async Task CheckAsync(HttpResponseMessage response, string what, CancellationToken cancellationToken)
    {
        if (!response.IsSuccessStatusCode) throw await RegistryException.OfAsync(response, what, cancellationToken).ConfigureAwait(false);
    }

    public Task<T> RunAsync<T>(string operation, Func<Task<T>> call, CancellationToken cancellationToken) =>
        place.Retries.RunAsync(() => Work.CallAsync("oci", operation, () => TranslateAsync(operation, call, cancellationToken)), cancellationToken);

    private async Task<T> TranslateAsync<T>(string operation, Func<Task<T>> call, CancellationToken cancellationToken)
    {
        var field = $"{place.Field}.oci";
        try
        {
            return await call().ConfigureAwait(false);
        }
        catch (RegistryException e) when (e.IsRefused)
        {
            throw PublishFailure.Refused(
                field, $"{operation}: {e.Message}",
                oci.SecretRef is null ? "set secretRef to a Secret with credentials that may push" : $"check the credentials in Secret {oci.SecretRef.Name}, and that they may push to the repository", e);
        }
        catch (RegistryException e) when (e.IsTransient)
        {
            if (e.Status == HttpStatusCode.TooManyRequests) Work.Throttled();
            throw PublishFailure.Unreachable(field, $"{operation}: {e.Message}", "look at the registry's health, then run the build again", e);
        }
        catch (RegistryException e)
        {
            throw PublishFailure.Failed(field, $"{operation}: {e.Message}", "check the reference; some registries want a repository to be made before", e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException && !cancellationToken.IsCancellationRequested)
        {
            throw PublishFailure.Unreachable(
                field, $"{operation}: the registry cannot be reached: {e.InnerException?.Message ?? e.Message}",
                "check the reference, that the builder may reach the registry, and whether it speaks TLS (else set insecure) with a certificate that is trusted (else put ca.crt into the Secret)", e);
        }
    }
}
