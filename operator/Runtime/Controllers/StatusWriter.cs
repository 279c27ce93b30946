using System.Text.Json;
using System.Text.Json.Nodes;
using ImageOperator.Runtime.Client;
using k8s;
using k8s.Models;

namespace ImageOperator.Runtime.Controllers;

internal sealed class StatusWriter(IClient client, string fieldManager) : IStatusWriter
{
    public async Task<T> ApplyAsync<T>(T observed, object status, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        ArgumentNullException.ThrowIfNull(observed);
        ArgumentNullException.ThrowIfNull(status);
        var desired = JsonSerializer.SerializeToNode(status, status.GetType(), RuntimeJson.Options) ?? throw new ArgumentException("null", nameof(status));
        Prune(desired);
        var current = JsonSerializer.SerializeToNode(observed, RuntimeJson.Options)?["status"];
        if (OwnedFields.Of(observed, fieldManager, "f:status") is { } owned && owned.Holds(desired, current))
        {
            return observed;
        }

        var configuration = new JsonObject
        {
            // What was decided on one state must not be said of another, nor of a successor of the same name; a UID is not checked on a subresource.
            ["metadata"] = new JsonObject { ["resourceVersion"] = observed.Metadata.ResourceVersion },
            ["status"] = desired,
        };
        return await client.ApplyAsync<T>(
            ObjectKey.Of(observed),
            configuration,
            new(fieldManager) { Force = true, Subresource = Subresources.Status },
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Drops empty objects and lists: to people they say nothing, and servers turn them into nulls that the schema then refuses.</summary>
    private static bool Prune(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject obj:
                foreach (var name in obj.Where(p => Prune(p.Value)).Select(p => p.Key).ToList())
                {
                    obj.Remove(name);
                }

                return obj.Count == 0;
            case JsonArray array:
                // An element counts by being there, however empty.
                foreach (var item in array)
                {
                    Prune(item);
                }

                return array.Count == 0;
            default:
                return node is null;
        }
    }
}
