using k8s.Models;

namespace ImageOperator.Api.Protocol;

/// <summary>The annotation by which someone asks for a reconcile now, as Flux does it: the value is any token, a new one is a new request.</summary>
public static class ReconcileRequest
{
    private const int Longest = 256;

    /// <summary>The request that stands on the object; null if there is none. Very long ones are cut: status repeats them.</summary>
    public static string? Of(IMetadata<V1ObjectMeta> obj)
    {
        if (obj.Metadata?.Annotations?.TryGetValue(Labels.ReconcileRequestedAt, out var value) != true || string.IsNullOrEmpty(value)) return null;
        return value.Length <= Longest ? value : value[..Longest];
    }
}
