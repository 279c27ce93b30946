using k8s;
using k8s.Models;

namespace ImageOperator.Runtime.Cache;

/// <summary>Objects by key, with indexes. Changes are told to handlers in order, and a handler that comes late hears of what is there.</summary>
internal sealed class Store<T>(IReadOnlyDictionary<string, Func<T, IEnumerable<string>>> indexes, Action<Exception> handlerFailed) : IStore<T>
    where T : class, IKubernetesObject<V1ObjectMeta>
{
    private readonly Lock changing = new();
    private readonly Lock reading = new();
    private readonly Dictionary<ObjectKey, T> objects = [];
    private readonly StoreIndexes<T> filed = new(indexes);
    private readonly List<Action<ResourceEvent<T>>> handlers = [];
    private volatile bool synced;

    public bool HasSynced => synced;

    public T? Get(ObjectKey key)
    {
        lock (reading)
        {
            return objects.GetValueOrDefault(key);
        }
    }

    public IReadOnlyList<T> List(string? @namespace = null)
    {
        lock (reading)
        {
            return [.. string.IsNullOrEmpty(@namespace) ? objects.Values : objects.Where(o => o.Key.Namespace == @namespace).Select(o => o.Value)];
        }
    }

    public IReadOnlyList<T> ByIndex(string indexName, string value)
    {
        lock (reading)
        {
            return [.. filed.Keys(indexName, value).Select(key => objects[key])];
        }
    }

    public IDisposable AddHandler(Action<ResourceEvent<T>> handler)
    {
        lock (changing)
        {
            foreach (var known in List())
            {
                Tell(handler, new(null, known));
            }

            handlers.Add(handler);
        }

        return new Hearing(this, handler);
    }

    /// <summary>Makes the store equal to a list; what is missing from it was deleted while nobody watched.</summary>
    public void Replace(IReadOnlyCollection<T> items)
    {
        lock (changing)
        {
            var listed = items.Select(ObjectKey.Of).ToHashSet();
            List<ObjectKey> gone;
            lock (reading)
            {
                gone = [.. objects.Keys.Where(key => !listed.Contains(key))];
            }

            gone.ForEach(RemoveKey);
            foreach (var item in items)
            {
                Put(item);
            }

            synced = true;
        }
    }

    public void Upsert(T item)
    {
        lock (changing)
        {
            Put(item);
        }
    }

    public void Remove(T last)
    {
        lock (changing)
        {
            RemoveKey(ObjectKey.Of(last));
        }
    }

    /// <summary>Tells the handlers of every object again.</summary>
    public void Resync()
    {
        lock (changing)
        {
            foreach (var known in List())
            {
                Tell(new(known, known));
            }
        }
    }

    private void RemoveHandler(Action<ResourceEvent<T>> handler)
    {
        lock (changing)
        {
            handlers.Remove(handler);
        }
    }

    private void Put(T item)
    {
        var key = ObjectKey.Of(item);
        var old = Get(key);
        if (old is not null && old.Metadata.Uid != item.Metadata.Uid)
        {
            // Deleted and created again while nobody watched: two different objects.
            RemoveKey(key);
            old = null;
        }

        if (old is not null && old.Metadata.ResourceVersion == item.Metadata.ResourceVersion)
        {
            return;
        }

        lock (reading)
        {
            objects[key] = item;
            filed.Replace(key, old, item);
        }

        Tell(new(old, item));
    }

    private void RemoveKey(ObjectKey key)
    {
        T? old;
        lock (reading)
        {
            if (!objects.Remove(key, out old))
            {
                return;
            }

            filed.Replace(key, old, null);
        }

        Tell(new(old, null));
    }

    private void Tell(ResourceEvent<T> change) => handlers.ForEach(handler => Tell(handler, change));

    private void Tell(Action<ResourceEvent<T>> handler, ResourceEvent<T> change)
    {
        try
        {
            handler(change);
        }
        catch (Exception e)
        {
            // One faulty handler must not take the event from the others, nor end the watch.
            handlerFailed(e);
        }
    }

    private sealed class Hearing(Store<T> store, Action<ResourceEvent<T>> handler) : IDisposable
    {
        public void Dispose() => store.RemoveHandler(handler);
    }
}
