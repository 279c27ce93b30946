namespace ImageOperator.Runtime.Cache;

/// <summary>
/// The informer's view of a kind. Reads are thread-safe and never block on the network. Objects are shared: do not change them.
/// </summary>
public interface IStore<T>
{
    /// <summary>True once the first list is complete.</summary>
    bool HasSynced { get; }

    /// <summary>The object, or null.</summary>
    T? Get(ObjectKey key);

    /// <summary>All objects, or those of one namespace.</summary>
    IReadOnlyList<T> List(string? @namespace = null);

    /// <summary>The objects that an index (see <see cref="InformerOptions{T}.AddIndex"/>) files under a value.</summary>
    IReadOnlyList<T> ByIndex(string indexName, string value);
}
