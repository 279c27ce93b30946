namespace ImageOperator.Api.Schema;

/// <summary>The list is an associative list (<c>x-kubernetes-list-type: map</c>) keyed by the named JSON field; server-side apply merges it by item.</summary>
/// <param name="key">The JSON name of the key field.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ListMapKeyAttribute(string key) : Attribute
{
    /// <summary>The JSON name of the key field.</summary>
    public string Key { get; } = key;
}
