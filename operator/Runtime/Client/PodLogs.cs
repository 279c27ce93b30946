using k8s.Models;

namespace ImageOperator.Runtime.Client;

/// <summary>Logs over the API server, which asks the node's kubelet.</summary>
internal sealed class PodLogs(ApiTransport transport) : IPodLogs
{
    /// <summary>A node that is gone must not hold a reader for ever; a builder says something more often.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(10);

    public IAsyncEnumerable<string> ReadAsync(ObjectKey pod, bool follow, CancellationToken cancellationToken)
    {
        var call = new ApiCall("log", HttpMethod.Get, ResourceKind.Of<V1Pod>(), pod)
        {
            Subresource = "log",
            Query = new Query().Add("follow", follow ? "true" : null).ToString(),
        };
        return transport.LinesAsync(call, Silence, cancellationToken);
    }
}
