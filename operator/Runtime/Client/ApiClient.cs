using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using k8s;
using k8s.Models;

namespace ImageOperator.Runtime.Client;

/// <summary>The client over KubernetesClient's transport and credentials; requests and answers are our own, so nothing of them is lost.</summary>
internal sealed class ApiClient(ApiTransport transport) : IClient
{
    private const string Json = "application/json";
    private const string MergePatch = "application/merge-patch+json";
    private const string ApplyPatch = "application/apply-patch+yaml";

    public Task<T> GetAsync<T>(ObjectKey key, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta> =>
        ObjectAsync<T>(new ApiCall("get", HttpMethod.Get, ResourceKind.Of<T>(), key), cancellationToken);

    public async Task<ListPage<T>> ListPageAsync<T>(ListOptions options, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        ArgumentNullException.ThrowIfNull(options);
        var kind = ResourceKind.Of<T>();
        var query = new Query()
            .Add("labelSelector", options.LabelSelector).Add("fieldSelector", options.FieldSelector)
            .Add("limit", options.Limit > 0 ? options.Limit : null).Add("continue", options.Continue);
        var call = new ApiCall("list", HttpMethod.Get, kind, new(options.Namespace, "")) { Query = query.ToString() };
        var list = await transport.SendAsync<ListDocument<T>>(call, cancellationToken).ConfigureAwait(false);
        foreach (var item in list.Items)
        {
            // The server leaves them out of the items of built-in lists.
            (item.ApiVersion, item.Kind) = (kind.ApiVersion, kind.Kind);
        }

        return new(list.Items, list.Metadata?.ResourceVersion ?? "", string.IsNullOrEmpty(list.Metadata?.ContinueProperty) ? null : list.Metadata.ContinueProperty);
    }

    public Task<T> CreateAsync<T>(T obj, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        var kind = ResourceKind.Of<T>();
        (obj.ApiVersion, obj.Kind) = (kind.ApiVersion, kind.Kind);
        return ObjectAsync<T>(new ApiCall("create", HttpMethod.Post, kind, ObjectKey.Of(obj)) { Body = Content(obj, Json), OnCollection = true }, cancellationToken);
    }

    public Task<T> UpdateAsync<T>(T obj, UpdateOptions? options, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        var kind = ResourceKind.Of<T>();
        (obj.ApiVersion, obj.Kind) = (kind.ApiVersion, kind.Kind);
        return ObjectAsync<T>(
            new ApiCall("update", HttpMethod.Put, kind, ObjectKey.Of(obj))
            {
                Body = Content(obj, Json),
                Subresource = options?.Subresource,
                Query = new Query().Add("fieldManager", options?.FieldManager).ToString(),
            },
            cancellationToken);
    }

    public Task<T> MergePatchAsync<T>(ObjectKey key, JsonObject patch, UpdateOptions? options, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta> =>
        ObjectAsync<T>(
            new ApiCall("patch", HttpMethod.Patch, ResourceKind.Of<T>(), key)
            {
                Body = Content(patch, MergePatch),
                Subresource = options?.Subresource,
                Query = new Query().Add("fieldManager", options?.FieldManager).ToString(),
            },
            cancellationToken);

    public Task<T> ApplyAsync<T>(ObjectKey key, JsonObject configuration, ApplyOptions options, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(options);
        var kind = ResourceKind.Of<T>();
        return ObjectAsync<T>(
            new ApiCall("apply", HttpMethod.Patch, kind, key)
            {
                Body = Content(ApplyConfiguration.Complete(configuration, kind, key), ApplyPatch),
                Subresource = options.Subresource,
                Query = new Query().Add("fieldManager", options.FieldManager).Add("force", options.Force ? "true" : null).ToString(),
            },
            cancellationToken);
    }

    public Task DeleteAsync<T>(ObjectKey key, DeleteOptions? options, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        var body = new V1DeleteOptions
        {
            ApiVersion = "v1",
            Kind = "DeleteOptions",
            PropagationPolicy = options?.Propagation?.ToString(),
            GracePeriodSeconds = (long?)options?.GracePeriod?.TotalSeconds,
            Preconditions = options is { Uid: null, ResourceVersion: null } or null ? null : new() { Uid = options.Uid, ResourceVersion = options.ResourceVersion },
        };

        // The answer is the object or a status, by kind and propagation: nobody needs either.
        return transport.SendAsync<JsonElement>(new ApiCall("delete", HttpMethod.Delete, ResourceKind.Of<T>(), key) { Body = Content(body, Json) }, cancellationToken);
    }

    public async IAsyncEnumerable<WatchEvent<T>> WatchAsync<T>(WatchOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        ArgumentNullException.ThrowIfNull(options);
        var kind = ResourceKind.Of<T>();
        var query = new Query()
            .Add("watch", "true").Add("allowWatchBookmarks", "true").Add("resourceVersion", options.ResourceVersion)
            .Add("labelSelector", options.LabelSelector).Add("fieldSelector", options.FieldSelector)
            .Add("timeoutSeconds", (int?)options.Timeout?.TotalSeconds);
        var call = new ApiCall("watch", HttpMethod.Get, kind, new(options.Namespace, "")) { Query = query.ToString() };
        await foreach (var line in transport.LinesAsync(call, options.IdleTimeout, cancellationToken).ConfigureAwait(false))
        {
            yield return WatchLine.Parse<T>(line, call);
        }
    }

    private async Task<T> ObjectAsync<T>(ApiCall call, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        var obj = await transport.SendAsync<T>(call, cancellationToken).ConfigureAwait(false);
        (obj.ApiVersion, obj.Kind) = (call.Kind.ApiVersion, call.Kind.Kind);
        return obj;
    }

    private static ByteArrayContent Content<T>(T value, string mediaType) =>
        new(JsonSerializer.SerializeToUtf8Bytes(value, RuntimeJson.Options)) { Headers = { ContentType = new MediaTypeHeaderValue(mediaType, Encoding.UTF8.WebName) } };

    private sealed record ListDocument<T>
    {
        public V1ListMeta? Metadata { get; init; }

        public List<T> Items { get; init; } = [];
    }
}
