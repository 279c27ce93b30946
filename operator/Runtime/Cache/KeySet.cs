namespace ImageOperator.Runtime.Cache;

/// <summary>The keys under one value of an index. Most values are of one object: a set is made for the second only.</summary>
internal struct KeySet
{
    private ObjectKey first;
    private bool hasFirst;
    private HashSet<ObjectKey>? others;

    public readonly bool IsEmpty => !hasFirst && others is not { Count: > 0 };

    public readonly IEnumerable<ObjectKey> All => (hasFirst, others) switch
    {
        (true, { } more) => more.Prepend(first),
        (true, null) => [first],
        (false, { } more) => more,
        _ => [],
    };

    public void Add(ObjectKey key)
    {
        if (hasFirst && first == key) return;
        if (!hasFirst && others?.Contains(key) != true) (first, hasFirst) = (key, true);
        else (others ??= []).Add(key);
    }

    public void Remove(ObjectKey key)
    {
        if (hasFirst && first == key) (first, hasFirst) = (default, false);
        else others?.Remove(key);
    }
}
