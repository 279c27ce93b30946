using ImageOperator.Runtime;
using ImageOperator.Runtime.Cache;
using k8s;
using k8s.Models;

namespace ImageOperator.Controller.Tests.Queue;

/// <summary>A cache that shows what the test lets it see, when it lets it.</summary>
/// <param name="configure">Its indexes.</param>
internal sealed class FakeInformer<T>(Action<InformerOptions<T>>? configure = null) : IInformer<T>, IStore<T>
    where T : class, IKubernetesObject<V1ObjectMeta>
{
    private readonly Dictionary<ObjectKey, T> objects = [];
    private readonly List<Action<ResourceEvent<T>>> handlers = [];

    public IStore<T> Store => this;

    public bool HasSynced => true;

    public IDisposable AddHandler(Action<ResourceEvent<T>> handler)
    {
        handlers.Add(handler);
        foreach (var known in objects.Values) handler(new(null, known));
        return new MemoryStream();
    }

    public Task WaitForSyncAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public T? Get(ObjectKey key) => objects.GetValueOrDefault(key);

    /// <summary>How often all were read.</summary>
    public int Listed { get; private set; }

    public IReadOnlyList<T> List(string? @namespace = null)
    {
        Listed++;
        return [.. objects.Values];
    }

    public IReadOnlyList<T> ByIndex(string indexName, string value)
    {
        var options = new InformerOptions<T>();
        configure?.Invoke(options);
        return options.Indexes.TryGetValue(indexName, out var index) ? [.. objects.Values.Where(o => index(o).Contains(value))] : [];
    }

    /// <summary>It is there; what there was to tell about it has been told.</summary>
    public void Know(T known) => objects.TryAdd(ObjectKey.Of(known), known);

    public void Show(T now)
    {
        var old = objects.GetValueOrDefault(ObjectKey.Of(now));
        objects[ObjectKey.Of(now)] = now;
        foreach (var handler in handlers) handler(new(old, now));
    }

    public void Remove(T last)
    {
        objects.Remove(ObjectKey.Of(last));
        foreach (var handler in handlers) handler(new(last, null));
    }
}
