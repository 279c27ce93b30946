namespace ImageOperator.Runtime.Client;

/// <summary>One request, with what an error message needs.</summary>
internal sealed record ApiCall(string Verb, HttpMethod Method, ResourceKind Kind, ObjectKey Key)
{
    public string? Subresource { get; init; }

    public string Query { get; init; } = "";

    public HttpContent? Body { get; init; }

    /// <summary>Whether the URL ends with the plural although the object has a name.</summary>
    public bool OnCollection { get; init; }

    public string Path => Kind.Path(Key.Namespace, Key.Name.Length == 0 || OnCollection ? null : Key.Name, Subresource) + Query;

    /// <summary><c>apply ImageBuild default/web-42 (status)</c>.</summary>
    public override string ToString()
    {
        var scope = Key.Name.Length > 0 ? $" {Key}" : Key.Namespace.Length > 0 ? $" in {Key.Namespace}" : "";
        return $"{Verb} {Kind.Kind}{scope}{(Subresource is null ? "" : $" ({Subresource})")}";
    }
}
