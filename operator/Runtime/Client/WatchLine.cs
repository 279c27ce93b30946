using System.Text.Json;
using k8s;
using k8s.Models;

namespace ImageOperator.Runtime.Client;

internal static class WatchLine
{
    public static WatchEvent<T> Parse<T>(string line, ApiCall call)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var content = document.RootElement.GetProperty("object");
            return document.RootElement.GetProperty("type").GetString() switch
            {
                "ADDED" => Event<T>(WatchType.Added, content, call.Kind),
                "MODIFIED" => Event<T>(WatchType.Modified, content, call.Kind),
                "DELETED" => Event<T>(WatchType.Deleted, content, call.Kind),
                "BOOKMARK" => new(WatchType.Bookmark, content.GetProperty("metadata").GetProperty("resourceVersion").GetString()!, null),
                "ERROR" => throw ApiErrors.FromStatus(call, 0, content.Deserialize<V1Status>(RuntimeJson.Options)),
                var other => throw new JsonException($"a watch event of type {other}"),
            };
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw ApiErrors.Transient(call, e);
        }
    }

    private static WatchEvent<T> Event<T>(WatchType type, JsonElement content, ResourceKind kind)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        var obj = content.Deserialize<T>(RuntimeJson.Options) ?? throw new JsonException("a watch event without an object");
        (obj.ApiVersion, obj.Kind) = (kind.ApiVersion, kind.Kind);
        return new(type, obj.Metadata.ResourceVersion, obj);
    }
}
