using System.Text.Json;
using Google.Apis.Auth.OAuth2;
using Google.Apis.Http;
using ImageOperator.Api.Publishing;
using ImageOperator.Downloads;

namespace ImageOperator.Publishing.Gcs;

/// <summary>Where and as whom the storage is called.</summary>
internal sealed class GcsAccess : IDisposable
{
    /// <summary>The Secret's key.</summary>
    public const string KeyFile = "key.json";

    private const string Scope = "https://www.googleapis.com/auth/devstorage.read_write";

    private readonly Place _place;
    private readonly GcsDestination _gcs;
    private (string? Json, GoogleCredential Credential)? _current;

    public GcsAccess(Place place, GcsDestination gcs)
    {
        (_place, _gcs) = (place, gcs);
        Root = (gcs.Endpoint ?? "https://storage.googleapis.com").TrimEnd('/');
        if (new Uri(Root) is { Scheme: "http", IsLoopback: false })
        {
            throw PublishFailure.Failed($"{place.Field}.gcs.endpoint", "a token would be sent in clear text", "write the endpoint with https");
        }

        Http = new(Handler()) { Timeout = Timeout.InfiniteTimeSpan };
    }

    public string Root { get; }

    public HttpClient Http { get; }

    /// <summary>A token that is still good; Google's library renews it. Of the Secret as it is now: kubelet renews that.</summary>
    public async Task<string> TokenAsync(CancellationToken cancellationToken)
    {
        var json = _gcs.SecretRef is null ? null : Key();
        if (_current is not { } current || current.Json != json)
        {
            if (json is null && !TokenHosts.TakesGoogleToken(_gcs.Endpoint))
            {
                throw PublishFailure.Failed($"{_place.Field}.gcs.endpoint", "the pod's own identity has no tokens for it", $"put credentials of this storage into a Secret as {KeyFile}, and name it in secretRef");
            }

            var credential = json is null ? await GoogleCredential.GetApplicationDefaultAsync(cancellationToken).ConfigureAwait(false) : OfKey(json);
            _current = current = (json, credential.CreateWithHttpClientFactory(new Factory(Handler)).CreateScoped(Scope));
        }

        return await ((ITokenAccess)current.Credential).GetAccessTokenForRequestAsync(null, cancellationToken).ConfigureAwait(false);
    }

    public void Dispose() => Http.Dispose();

    private string? Key()
    {
        if (_place.Secret(KeyFile) is { } json) return json;
        // A Secret may be there for the authority alone.
        if (_place.Secret(Place.Authority) is not null) return null;
        throw PublishFailure.Refused(
            $"{_place.Field}.gcs.secretRef", $"Secret {_gcs.SecretRef!.Name} has no {KeyFile}", "put the service account's key into it: kubectl create secret generic NAME --from-file=key.json=FILE");
    }

    private GoogleCredential OfKey(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return CredentialFactory.FromJson(json, document.RootElement.GetProperty("type").GetString()!);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or ArgumentException or FormatException)
        {
            // The library's own words may have parts of the key in them.
            throw PublishFailure.Refused(
                $"{_place.Field}.gcs.secretRef", $"{KeyFile} in Secret {_gcs.SecretRef!.Name} is no credential configuration that Google's library can read", "see Google's documentation of service account keys");
        }
    }

    private HttpMessageHandler Handler()
    {
        try
        {
            var handler = WebClients.CreateHandler(_place.Secret(Place.Authority));
            handler.AllowAutoRedirect = false;
            return _place.Around(handler);
        }
        catch (FormatException e)
        {
            throw PublishFailure.Refused($"{_place.Field}.gcs.secretRef", $"{Place.Authority}: {e.Message}", "put the authority's certificate there, beginning with -----BEGIN CERTIFICATE-----");
        }
    }

    private sealed class Factory(Func<HttpMessageHandler> handler) : HttpClientFactory
    {
        protected override HttpMessageHandler CreateHandler(CreateHttpClientArgs args) => handler();
    }
}
