using ImageOperator.Platforms.Gcp.Access;

namespace ImageOperator.Platforms.Gcp.Clients;

/// <summary>As much of Cloud Storage's JSON API as builds need.</summary>
internal sealed class StorageRest(GcpAccess access) : IDisposable
{
    private readonly GoogleRest _rest = new(access, access.Universe.StorageApi);

    public void Dispose() => _rest.Dispose();

    /// <param name="url">The object's <c>gs://</c> URL.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public Task<StorageObject> GetObjectAsync(string url, CancellationToken cancellationToken)
    {
        var path = url["gs://".Length..];
        var slash = path.IndexOf('/', StringComparison.Ordinal);
        return _rest.CallAsync<StorageObject>(HttpMethod.Get, $"b/{path[..slash]}/o/{Uri.EscapeDataString(path[(slash + 1)..])}?fields=name,generation,size", null, cancellationToken);
    }
}

/// <summary>An object's metadata.</summary>
internal sealed record StorageObject
{
    public string? Name { get; init; }

    /// <summary>Another one each time that the object is written.</summary>
    public string? Generation { get; init; }

    public string? Size { get; init; }
}
