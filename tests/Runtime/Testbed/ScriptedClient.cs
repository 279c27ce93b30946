using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using ImageOperator.Runtime.Client;
using k8s;
using k8s.Models;

namespace ImageOperator.Runtime.Tests.Testbed;

/// <summary>Answers lists and watches as a test says, in order; every other verb is not expected.</summary>
internal sealed class ScriptedClient : IClient
{
    public Channel<Func<object>> Lists { get; } = Channel.CreateUnbounded<Func<object>>();

    public Channel<IAsyncEnumerable<object>> Watches { get; } = Channel.CreateUnbounded<IAsyncEnumerable<object>>();

    public ConcurrentQueue<ListOptions> Listed { get; } = [];

    public ConcurrentQueue<WatchOptions> Watched { get; } = [];

    public async Task<ListPage<T>> ListPageAsync<T>(ListOptions options, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        Listed.Enqueue(options);
        return (ListPage<T>)(await Lists.Reader.ReadAsync(cancellationToken))();
    }

    public async IAsyncEnumerable<WatchEvent<T>> WatchAsync<T>(WatchOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        Watched.Enqueue(options);
        var stream = await Watches.Reader.ReadAsync(cancellationToken);
        await foreach (var item in stream.WithCancellation(cancellationToken))
        {
            yield return item is Exception e ? throw e : (WatchEvent<T>)item;
        }
    }

    public Task<T> GetAsync<T>(ObjectKey key, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta> => throw new NotSupportedException();

    public Task<T> CreateAsync<T>(T obj, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta> => throw new NotSupportedException();

    public Task<T> UpdateAsync<T>(T obj, UpdateOptions? options, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta> => throw new NotSupportedException();

    public Task<T> MergePatchAsync<T>(ObjectKey key, JsonObject patch, UpdateOptions? options, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta> => throw new NotSupportedException();

    public Task<T> ApplyAsync<T>(ObjectKey key, JsonObject configuration, ApplyOptions options, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta> => throw new NotSupportedException();

    public Task DeleteAsync<T>(ObjectKey key, DeleteOptions? options, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta> => throw new NotSupportedException();
}
