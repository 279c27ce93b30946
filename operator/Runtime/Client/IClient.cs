using System.Text.Json.Nodes;
using k8s;
using k8s.Models;

namespace ImageOperator.Runtime.Client;

/// <summary>
/// One narrow client for every kind, built in or custom. Every failure is an <see cref="ApiException"/> (or the caller's cancellation).
/// Objects that come back always carry <c>apiVersion</c> and <c>kind</c>.
/// </summary>
public interface IClient
{
    /// <summary>Reads one object from the server (not from a cache).</summary>
    Task<T> GetAsync<T>(ObjectKey key, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>;

    /// <summary>Reads one page; the next one is read by passing <see cref="ListPage{T}.Continue"/> back in.</summary>
    Task<ListPage<T>> ListPageAsync<T>(ListOptions options, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>;

    /// <summary>Creates an object.</summary>
    Task<T> CreateAsync<T>(T obj, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>;

    /// <summary>Replaces an object; its <c>resourceVersion</c>, when set, is the precondition.</summary>
    Task<T> UpdateAsync<T>(T obj, UpdateOptions? options, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>;

    /// <summary>Applies an RFC 7396 merge patch. Put <c>metadata.resourceVersion</c> into it for a precondition.</summary>
    Task<T> MergePatchAsync<T>(ObjectKey key, JsonObject patch, UpdateOptions? options, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>;

    /// <summary>
    /// Server-side apply. <paramref name="configuration"/> holds exactly the fields that the manager wants to own;
    /// <c>apiVersion</c>, <c>kind</c>, <c>metadata.name</c> and <c>metadata.namespace</c> are filled in.
    /// Without force, a field that another manager owns with another value is a <see cref="ApiError.Conflict"/> that lists <see cref="ApiException.ConflictingFields"/>.
    /// <c>metadata.resourceVersion</c> in it is a precondition; <c>metadata.uid</c> is none on a subresource (measured on 1.20 and 1.36).
    /// </summary>
    Task<T> ApplyAsync<T>(ObjectKey key, JsonObject configuration, ApplyOptions options, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>;

    /// <summary>Deletes an object.</summary>
    Task DeleteAsync<T>(ObjectKey key, DeleteOptions? options, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>;

    /// <summary>
    /// Watches until the server ends the stream. A stream that is refused or broken, or that carries an error, throws an
    /// <see cref="ApiException"/>; 410 in either place is <see cref="ApiError.Expired"/>.
    /// </summary>
    IAsyncEnumerable<WatchEvent<T>> WatchAsync<T>(WatchOptions options, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>;
}
