using ImageOperator.Api.Schema;

namespace ImageOperator.Api.Platforms.Pods;

/// <summary>Requests and limits, as Kubernetes quantities by resource.</summary>
public sealed record PodResourceList
{
    /// <summary>What the pod is promised.</summary>
    [Bounds(Max = 16, MaxItemLength = 32)]
    public IReadOnlyDictionary<string, string>? Requests { get; init; }

    /// <summary>What the pod must not exceed.</summary>
    [Bounds(Max = 16, MaxItemLength = 32)]
    public IReadOnlyDictionary<string, string>? Limits { get; init; }
}
