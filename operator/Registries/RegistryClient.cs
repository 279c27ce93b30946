using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;
using ImageOperator.Downloads;

namespace ImageOperator.Registries;

/// <summary>Speaks the distribution protocol with one repository of a registry.</summary>
public sealed class RegistryClient : IDisposable
{
    private const int LargestManifest = 4 << 20;

    private readonly RegistryReference _reference;
    private readonly string _base;

    /// <param name="reference">The artifact.</param>
    /// <param name="credentials">User and password; null for what everybody may do.</param>
    /// <param name="insecure">HTTP without TLS.</param>
    /// <param name="authority">Certificates in PEM form that are trusted instead of the system's, of the registry alone.</param>
    /// <param name="actions">What is to be done: <c>pull</c> or <c>pull,push</c>.</param>
    /// <param name="around">What goes around the sender of requests; null for nothing.</param>
    public RegistryClient(RegistryReference reference, RegistryCredentials? credentials, bool insecure, string? authority = null, string actions = "pull", Func<HttpMessageHandler, HttpMessageHandler>? around = null)
    {
        ArgumentNullException.ThrowIfNull(reference);
        _reference = reference;
        var server = new Uri($"{(insecure ? "http" : "https")}://{reference.Server}");
        _base = $"{server.GetLeftPart(UriPartial.Authority)}/v2/{reference.Repository}";
        var sender = WebClients.CreateHandler(authority, server);
        Http = new(new RegistryLogin(around?.Invoke(sender) ?? sender, reference, server, credentials, actions)) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>The client, logged in where the registry asks for it.</summary>
    public HttpClient Http { get; }

    /// <summary>Where a blob stands.</summary>
    public Uri BlobUrl(string digest) => new($"{_base}/blobs/{digest}");

    /// <summary>Where a manifest stands.</summary>
    public Uri ManifestUrl(string tagOrDigest) => new($"{_base}/manifests/{tagOrDigest}");

    /// <summary>Where uploads begin.</summary>
    public Uri UploadsUrl => new($"{_base}/blobs/uploads/");

    /// <summary>Reads a manifest, and checks it against its digest.</summary>
    /// <exception cref="RegistryException">There is none, or it must not be read, or is another.</exception>
    public async Task<RegistryManifest> GetManifestAsync(string tagOrDigest, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, ManifestUrl(tagOrDigest));
        foreach (var type in MediaTypes.Manifests) request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(type));
        using var response = await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode) throw await RegistryException.OfAsync(response, $"the manifest of {_reference}", cancellationToken).ConfigureAwait(false);
        await response.Content.LoadIntoBufferAsync(LargestManifest, cancellationToken).ConfigureAwait(false);
        var bytes = await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
        var digest = $"sha256:{Convert.ToHexStringLower(SHA256.HashData(bytes))}";
        if (tagOrDigest.Contains(':', StringComparison.Ordinal) && tagOrDigest != digest)
        {
            throw new RegistryException($"the registry sends a manifest with the digest {digest} for {tagOrDigest}", HttpStatusCode.OK);
        }

        try
        {
            return RegistryManifest.Parse(bytes, digest, response.Content.Headers.ContentType?.MediaType);
        }
        catch (JsonException e)
        {
            throw new RegistryException($"the manifest of {_reference} cannot be read: {e.Message}", HttpStatusCode.OK);
        }
    }

    /// <inheritdoc />
    public void Dispose() => Http.Dispose();
}
