using System.Text.Json.Nodes;
using ImageOperator.Runtime.Client;
using k8s;
using k8s.Models;

namespace ImageOperator.Runtime.Controllers;

/// <summary>Adding and removing finalizers, safely repeated.</summary>
public static class Finalizers
{
    /// <summary>Makes sure that the object carries the finalizer; returns it as it is then. A stale object is a <see cref="ApiError.Conflict"/>.</summary>
    public static async Task<T> EnsureFinalizerAsync<T>(this IClient client, T obj, string finalizer, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        ArgumentNullException.ThrowIfNull(client);
        return obj.HasFinalizer(finalizer)
            ? obj
            : await SetAsync(client, obj, [.. obj.Metadata.Finalizers ?? [], finalizer], cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Makes sure that the object does not carry the finalizer. An object that is gone already is fine.</summary>
    public static async Task RemoveFinalizerAsync<T>(this IClient client, T obj, string finalizer, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        ArgumentNullException.ThrowIfNull(client);
        if (!obj.HasFinalizer(finalizer))
        {
            return;
        }

        try
        {
            await SetAsync(client, obj, [.. obj.Metadata.Finalizers.Where(f => f != finalizer)], cancellationToken).ConfigureAwait(false);
        }
        catch (ApiException e) when (e.Error == ApiError.NotFound)
        {
            // The last finalizer went, and the object with it.
        }
    }

    private static Task<T> SetAsync<T>(IClient client, T obj, string[] finalizers, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        // A merge patch replaces the whole list, so it must not be made from a stale one; the UID keeps off a successor of the same name.
        var patch = new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["uid"] = obj.Metadata.Uid,
                ["resourceVersion"] = obj.Metadata.ResourceVersion,
                ["finalizers"] = new JsonArray([.. finalizers.Select(f => JsonValue.Create(f))]),
            },
        };
        return client.MergePatchAsync<T>(ObjectKey.Of(obj), patch, null, cancellationToken);
    }
}
