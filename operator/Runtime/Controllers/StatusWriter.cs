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
        var current = JsonSerializer.SerializeToNode(observed, RuntimeJson.Options)?["status"];
        if (OwnedFields.Of(observed, fieldManager, "f:status") is { } owned && owned.Holds(desired, current))
        {
            return observed;
        }

        var configuration = new JsonObject
        {
            // The UID keeps the status of a deleted object off a successor of the same name.
            ["metadata"] = new JsonObject { ["uid"] = observed.Metadata.Uid },
            ["status"] = desired,
        };
        return await client.ApplyAsync<T>(
            ObjectKey.Of(observed),
            configuration,
            new(fieldManager) { Force = true, Subresource = Subresources.Status },
            cancellationToken).ConfigureAwait(false);
    }
}
