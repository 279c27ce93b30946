using k8s;
using k8s.Models;

namespace ImageOperator.Runtime.Cache;

/// <summary>Objects by key, with indexes. Changes are told to handlers in order, and a handler that comes late hears of what is there.</summary>
internal sealed class Store<T>(IReadOnlyDictionary<string, Func<T, IEnumerable<string>>> indexes, Func<T, bool>? pack, Action<Exception> handlerFailed) : IStore<T>
    where T : class, IKubernetesObject<V1ObjectMeta>
{
    private readonly Lock changing = new();
    private readonly Lock reading = new();

    /// <summary>Objects, and packed ones.</summary>
    private readonly Dictionary<ObjectKey, object> objects = [];
    private readonly StoreIndexes<T> filed = new(indexes);
    private readonly List<Action<ResourceEvent<T>>> handlers = [];
    private volatile bool synced;

    public bool HasSynced => synced;

    public T? Get(ObjectKey key) => Held(key) is { } held ? Read(held) : null;

    public IReadOnlyList<T> List(string? @namespace = null)
    {
        object[] held;
        lock (reading)
        {
            held = [.. string.IsNullOrEmpty(@namespace) ? objects.Values : objects.Where(o => o.Key.Namespace == @namespace).Select(o => o.Value)];
        }

        return Array.ConvertAll(held, Read);
    }

    public IReadOnlyList<T> ByIndex(string indexName, string value)
    {
        object[] held;
        lock (reading)
        {
            held = [.. filed.Keys(indexName, value).Select(key => objects[key])];
        }

        return Array.ConvertAll(held, Read);
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

    /// <summary>What the store would keep of an object. Of a long list no more than that need be in memory at once.</summary>
    public Listed Hold(T item) => new(ObjectKey.Of(item), pack?.Invoke(item) == true ? PackedObject.Of(item) : item);

    /// <summary>Makes the store equal to a list; what is missing from it was deleted while nobody watched.</summary>
    public void Replace(IReadOnlyCollection<Listed> items)
    {
        lock (changing)
        {
            var listed = items.Select(i => i.Key).ToHashSet();
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
            Put(Hold(item));
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

    private void Put(Listed item)
    {
        var key = item.Key;
        var held = Held(key);
        var (now, old) = (Identity(item.Held), held is null ? default : Identity(held));
        if (held is not null && old.Uid != now.Uid)
        {
            // Deleted and created again while nobody watched: two different objects.
            RemoveKey(key);
            held = null;
        }

        if (held is not null && old.ResourceVersion == now.ResourceVersion)
        {
            return;
        }

        var change = new ResourceEvent<T>(held is null ? null : Read(held), Read(item.Held));
        lock (reading)
        {
            objects[key] = item.Held;
            filed.Replace(key, change.Old, change.New);
        }

        Tell(change);
    }

    private void RemoveKey(ObjectKey key)
    {
        if (Held(key) is not { } held)
        {
            return;
        }

        var old = Read(held);
        lock (reading)
        {
            objects.Remove(key);
            filed.Replace(key, old, null);
        }

        Tell(new(old, null));
    }

    private object? Held(ObjectKey key)
    {
        lock (reading)
        {
            return objects.GetValueOrDefault(key);
        }
    }

    // Outside of the lock: packed ones take their time.
    private static T Read(object held) => held as T ?? ((PackedObject)held).Read<T>();

    private static (string? Uid, string? ResourceVersion) Identity(object held) => held switch
    {
        PackedObject packed => (packed.Uid, packed.ResourceVersion),
        T item => (item.Metadata.Uid, item.Metadata.ResourceVersion),
        _ => throw new InvalidOperationException($"the store holds a {held.GetType()}"),
    };

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

    /// <summary>An object as the store keeps it.</summary>
    internal readonly record struct Listed(ObjectKey Key, object Held);

    private sealed class Hearing(Store<T> store, Action<ResourceEvent<T>> handler) : IDisposable
    {
        public void Dispose() => store.RemoveHandler(handler);
    }
}
