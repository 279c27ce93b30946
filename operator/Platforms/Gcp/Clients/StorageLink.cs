namespace ImageOperator.Platforms.Gcp.Clients;

/// <summary>What names an object: <c>gs://bucket/name</c>.</summary>
internal sealed record StorageLink(string Bucket, string Name)
{
    private const string Scheme = "gs://";

    public static StorageLink Parse(string url)
    {
        var path = url.StartsWith(Scheme, StringComparison.Ordinal) ? url[Scheme.Length..] : throw new FormatException($"\"{url}\" is no gs:// URL");
        var slash = path.IndexOf('/', StringComparison.Ordinal);
        return slash < 1 ? throw new FormatException($"\"{url}\" names no object") : new(path[..slash], path[(slash + 1)..]);
    }

    /// <summary>In a path of the JSON API.</summary>
    public string Path => $"b/{Uri.EscapeDataString(Bucket)}/o/{Uri.EscapeDataString(Name)}";

    public override string ToString() => $"{Scheme}{Bucket}/{Name}";
}
