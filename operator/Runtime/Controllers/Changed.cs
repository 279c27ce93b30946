using ImageOperator.Runtime.Cache;
using k8s;
using k8s.Models;

namespace ImageOperator.Runtime.Controllers;

/// <summary>Predicates for <see cref="ControllerBuilder{TKind}.When"/>.</summary>
public static class Changed
{
    /// <summary>The spec changed.</summary>
    public static bool Generation<T>(ResourceEvent<T> change)
        where T : class, IKubernetesObject<V1ObjectMeta> => change?.Old?.Metadata?.Generation != change?.New?.Metadata?.Generation;

    /// <summary>An annotation changed.</summary>
    public static bool Annotations<T>(ResourceEvent<T> change)
        where T : class, IKubernetesObject<V1ObjectMeta> => !Same(change?.Old?.Metadata?.Annotations, change?.New?.Metadata?.Annotations);

    /// <summary>A label changed.</summary>
    public static bool Labels<T>(ResourceEvent<T> change)
        where T : class, IKubernetesObject<V1ObjectMeta> => !Same(change?.Old?.Metadata?.Labels, change?.New?.Metadata?.Labels);

    /// <summary>Deletion was asked for, or a finalizer came or went.</summary>
    public static bool Deletion<T>(ResourceEvent<T> change)
        where T : class, IKubernetesObject<V1ObjectMeta> =>
        change?.Old?.Metadata?.DeletionTimestamp != change?.New?.Metadata?.DeletionTimestamp
        || !(change?.Old?.Metadata?.Finalizers ?? []).SequenceEqual(change?.New?.Metadata?.Finalizers ?? []);

    /// <summary>Anything the server counts as a change. False for resyncs.</summary>
    public static bool ResourceVersion<T>(ResourceEvent<T> change)
        where T : class, IKubernetesObject<V1ObjectMeta> => change?.Old?.Metadata?.ResourceVersion != change?.New?.Metadata?.ResourceVersion;

    private static bool Same(IDictionary<string, string>? a, IDictionary<string, string>? b) =>
        (a?.Count ?? 0) == (b?.Count ?? 0) && (a is null || a.All(p => b!.TryGetValue(p.Key, out var value) && value == p.Value));
}
