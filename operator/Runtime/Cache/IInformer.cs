using k8s;
using k8s.Models;

namespace ImageOperator.Runtime.Cache;

/// <summary>Keeps a store of one kind up to date and tells handlers what changed.</summary>
public interface IInformer<T>
    where T : class, IKubernetesObject<V1ObjectMeta>
{
    /// <summary>What is known of the kind.</summary>
    IStore<T> Store { get; }

    /// <summary>Adds a handler. It is called in order, on the informer's own flow: be short, do not block, do not throw. A late handler hears of what is known already as added. Dispose of what is returned to hear no more.</summary>
    IDisposable AddHandler(Action<ResourceEvent<T>> handler);

    /// <summary>Completes when the first list is in the store.</summary>
    Task WaitForSyncAsync(CancellationToken cancellationToken);
}
