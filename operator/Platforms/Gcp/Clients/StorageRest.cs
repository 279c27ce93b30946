using ImageOperator.Platforms.Gcp.Access;

namespace ImageOperator.Platforms.Gcp.Clients;

/// <summary>As much of Cloud Storage's JSON API as builds need.</summary>
internal sealed class StorageRest(GcpAccess access) : IDisposable
{
    private readonly GoogleRest _rest = new(access, $"{access.StorageEndpoint}/storage/v1/");

    public void Dispose() => _rest.Dispose();

    /// <param name="link">The object.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public Task<StorageObject> GetObjectAsync(StorageLink link, CancellationToken cancellationToken) =>
        _rest.CallAsync<StorageObject>(HttpMethod.Get, $"{link.Path}?fields=name,generation,size,md5Hash,metadata", null, cancellationToken);

    /// <param name="link">The object.</param>
    /// <param name="generation">Only this one of it.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public Task DeleteObjectAsync(StorageLink link, string generation, CancellationToken cancellationToken) =>
        _rest.CallAsync(HttpMethod.Delete, $"{link.Path}?ifGenerationMatch={generation}", cancellationToken);
}

/// <summary>An object's metadata.</summary>
internal sealed record StorageObject
{
    public string? Name { get; init; }

    /// <summary>Another one each time that the object is written.</summary>
    public string? Generation { get; init; }

    /// <summary>In bytes.</summary>
    public string? Size { get; init; }

    /// <summary>In base64; null of composite objects.</summary>
    public string? Md5Hash { get; init; }

    /// <summary>What its maker has said of it.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }
}
