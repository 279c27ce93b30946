using Azure;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Identity;
using Azure.Storage;
using Azure.Storage.Blobs;
using ImageOperator.Api.Publishing;
using ImageOperator.Downloads;

namespace ImageOperator.Publishing.AzureBlob;

/// <summary>Makes the SDK's client. Tries are ours: the SDK's would wait on another clock and hide what was called.</summary>
internal sealed class AzureAccess : IDisposable
{
    private static readonly TimeSpan CallTimeout = TimeSpan.FromMinutes(15);

    private readonly Place _place;
    private readonly AzureBlobDestination _azure;
    private readonly HttpClient _http;
    private readonly BlobContainerClient _container;
    private AzureSasCredential? _sas;
    private StorageSharedKeyCredential? _key;

    public AzureAccess(Place place, AzureBlobDestination azure)
    {
        (_place, _azure) = (place, azure);
        _http = Connect();
        _container = Open();
    }

    /// <summary>The container, with the Secret's keys as they are now: kubelet renews them.</summary>
    public BlobContainerClient Container
    {
        get
        {
            if (_sas is not null) _sas.Update(Required("sasToken").TrimStart('?'));
            _key?.SetAccountKey(Required("accountKey"));
            return _container;
        }
    }

    /// <summary>The address of a blob or snapshot as the source of a copy, which the storage reads with what stands in it.</summary>
    public Uri SourceOf(Uri blob) => _sas is null ? blob : new($"{blob}{(blob.Query.Length > 0 ? "&" : "?")}{_sas.Signature}");

    public void Dispose() => _http.Dispose();

    private BlobContainerClient Open()
    {
        var options = new BlobClientOptions { Transport = new HttpClientTransport(_http) };
        options.Retry.MaxRetries = 0;
        options.Retry.NetworkTimeout = CallTimeout;
        options.Diagnostics.IsLoggingEnabled = false;
        try
        {
            if (_place.Secret("connectionString") is { } connection) return new BlobServiceClient(connection, options).GetBlobContainerClient(_azure.Container);
            var url = ContainerUrl();
            if (_place.Secret("sasToken") is { } token) return new(Private(url, "sasToken"), _sas = new(token.TrimStart('?')), options);
            if (_place.Secret("accountKey") is { } key) return new(url, _key = new(Account(url), key), options);
            return new(Private(url, "a token"), Identity(), options);
        }
        catch (FormatException e)
        {
            // The words of the library may have parts of the key in them.
            throw PublishFailure.Refused($"{_place.Field}.azureBlob.secretRef", "connectionString or accountKey is not in the form that Azure gives it in", "copy it anew from the account's access keys", e);
        }
    }

    private Uri ContainerUrl()
    {
        var service = _azure.Endpoint ?? (_azure.Account is { } account ? $"https://{account}.blob.core.windows.net" : throw PublishFailure.Failed(
            $"{_place.Field}.azureBlob.account", "is not known", "set account or endpoint: only a connectionString names them itself"));
        return new($"{service.TrimEnd('/')}/{_azure.Container}");
    }

    /// <summary>The first part of the host's name, or, of Azurite's addresses, of the path.</summary>
    private string Account(Uri url) => _azure.Account ?? (url.HostNameType == UriHostNameType.Dns && url.Host != "localhost" ? url.Host.Split('.')[0] : url.Segments[1].Trim('/'));

    private Uri Private(Uri url, string what) => url.Scheme == Uri.UriSchemeHttps || url.IsLoopback ? url : throw PublishFailure.Failed(
        $"{_place.Field}.azureBlob.endpoint", $"{what} would be sent in clear text", "write the endpoint with https, or use accountKey, which is not sent itself");

    private TokenCredential Identity()
    {
        var authority = new Uri(_azure.AuthorityHost ?? AzureAuthorityHosts.AzurePublicCloud.ToString());
        if (_azure.SecretRef is null || (_place.Secret("clientSecret") is null && _place.Secret("clientId") is null && _place.Secret("tenantId") is null && HasOnlyAuthority()))
        {
            Trusted(TokenHosts.TakesAzureToken(_azure.Endpoint), "endpoint");
            Trusted(TokenHosts.GivesAzureToken(_azure.AuthorityHost), "authorityHost");
            return new DefaultAzureCredential(Configured(new DefaultAzureCredentialOptions
            {
                AuthorityHost = authority,
                ManagedIdentityClientId = _azure.ClientId,
                WorkloadIdentityClientId = _azure.ClientId,
                DisableInstanceDiscovery = _azure.AuthorityHost is not null,
            }));
        }

        return new ClientSecretCredential(Required("tenantId"), Required("clientId"), Required("clientSecret"), Configured(
            new ClientSecretCredentialOptions { AuthorityHost = authority, DisableInstanceDiscovery = _azure.AuthorityHost is not null }));
    }

    private void Trusted(bool trusted, string field)
    {
        if (!trusted) throw PublishFailure.Failed($"{_place.Field}.azureBlob.{field}", "the pod's own identity has no tokens for it", "put credentials of this storage into a Secret, and name it in secretRef");
    }

    private bool HasOnlyAuthority() => _place.Secret(Place.Authority) is not null;

    private T Configured<T>(T options)
        where T : TokenCredentialOptions
    {
        options.Retry.MaxRetries = 0;
        options.Transport = new HttpClientTransport(_http);
        return options;
    }

    private string Required(string key) => _place.Secret(key) ?? throw PublishFailure.Refused(
        $"{_place.Field}.azureBlob.secretRef", $"Secret {_azure.SecretRef?.Name} has no key {key}",
        "its keys are connectionString; or sasToken; or accountKey; or tenantId, clientId and clientSecret");

    private HttpClient Connect()
    {
        try
        {
            return new(_place.Around(WebClients.CreateHandler(_place.Secret(Place.Authority)))) { Timeout = Timeout.InfiniteTimeSpan };
        }
        catch (FormatException e)
        {
            throw PublishFailure.Refused($"{_place.Field}.azureBlob.secretRef", $"{Place.Authority}: {e.Message}", "put the authority's certificate there, beginning with -----BEGIN CERTIFICATE-----");
        }
    }
}
