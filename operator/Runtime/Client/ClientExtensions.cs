using System.Runtime.CompilerServices;
using System.Text.Json;
using k8s;
using k8s.Models;

namespace ImageOperator.Runtime.Client;

/// <summary>What follows from <see cref="IClient"/>'s verbs.</summary>
public static class ClientExtensions
{
    /// <summary>Reads one object, or null when there is none.</summary>
    public static async Task<T?> FindAsync<T>(this IClient client, ObjectKey key, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        ArgumentNullException.ThrowIfNull(client);
        try
        {
            return await client.GetAsync<T>(key, cancellationToken).ConfigureAwait(false);
        }
        catch (ApiException e) when (e.Error == ApiError.NotFound)
        {
            return null;
        }
    }

    /// <summary>Reads all pages, one after the other. Throws <see cref="ApiError.Expired"/> when a page's token became too old.</summary>
    public static async IAsyncEnumerable<T> ListAsync<T>(
        this IClient client, ListOptions? options, [EnumeratorCancellation] CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        ArgumentNullException.ThrowIfNull(client);
        var next = options ?? new();
        while (true)
        {
            var page = await client.ListPageAsync<T>(next, cancellationToken).ConfigureAwait(false);
            foreach (var item in page.Items)
            {
                yield return item;
            }

            if (page.Continue is null)
            {
                yield break;
            }

            next = next with { Continue = page.Continue };
        }
    }

    /// <summary>Server-side apply of a whole typed object: every non-null field that the server does not write itself becomes the manager's.</summary>
    public static Task<T> ApplyAsync<T>(this IClient client, T obj, ApplyOptions options, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(options);
        var configuration = ApplyConfiguration.WithoutServerFields(
            JsonSerializer.SerializeToNode(obj, RuntimeJson.Options)!.AsObject(), keepStatus: options.Subresource == Subresources.Status);
        return client.ApplyAsync<T>(ObjectKey.Of(obj), configuration, options, cancellationToken);
    }

    /// <summary>Deletes an object if it is there; true when the delete was accepted.</summary>
    public static async Task<bool> DeleteIfExistsAsync<T>(
        this IClient client, ObjectKey key, DeleteOptions? options, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        ArgumentNullException.ThrowIfNull(client);
        try
        {
            await client.DeleteAsync<T>(key, options, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (ApiException e) when (e.Error == ApiError.NotFound)
        {
            return false;
        }
    }
}
