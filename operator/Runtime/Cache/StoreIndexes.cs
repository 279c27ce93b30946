using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using k8s.Models;

namespace ImageOperator.Runtime.Cache;

/// <summary>Keys by index and value. Not thread-safe: the store's lock is around it.</summary>
internal sealed class StoreIndexes<T>
    where T : class, IMetadata<V1ObjectMeta>
{
    private readonly Dictionary<string, Index> indexes;

    public StoreIndexes(IReadOnlyDictionary<string, Func<T, IEnumerable<string>>> functions)
    {
        indexes = functions.ToDictionary(f => f.Key, f => new Index(f.Value), StringComparer.Ordinal);
        indexes.TryAdd(IndexNames.OwnerUid, new(obj => obj.Metadata.OwnerReferences?.Select(r => r.Uid) ?? []));
    }

    public IEnumerable<ObjectKey> Keys(string name, string value) => indexes.TryGetValue(name, out var index)
        ? index.Keys.GetValueOrDefault(value).All
        : throw new ArgumentException($"no index named {name} of {typeof(T).Name}", nameof(name));

    public void Replace(ObjectKey key, T? old, T? now)
    {
        foreach (var index in indexes.Values)
        {
            foreach (var value in old is null ? [] : index.Values(old))
            {
                ref var keys = ref CollectionsMarshal.GetValueRefOrNullRef(index.Keys, value);
                if (Unsafe.IsNullRef(ref keys)) continue;
                keys.Remove(key);
                if (keys.IsEmpty) index.Keys.Remove(value);
            }

            foreach (var value in now is null ? [] : index.Values(now))
            {
                CollectionsMarshal.GetValueRefOrAddDefault(index.Keys, value, out _).Add(key);
            }
        }
    }

    private sealed record Index(Func<T, IEnumerable<string>> Values)
    {
        public Dictionary<string, KeySet> Keys { get; } = new(StringComparer.Ordinal);
    }
}
