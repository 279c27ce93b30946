using ImageOperator.Runtime.Client;
using k8s;
using k8s.Models;

namespace ImageOperator.Runtime.Controllers;

/// <summary>Ownership between objects.</summary>
public static class OwnerReferences
{
    /// <summary>A reference that makes <paramref name="owner"/> the controller of what carries it.</summary>
    public static V1OwnerReference ControllerReference<T>(this T owner, bool blockOwnerDeletion = true)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        ArgumentNullException.ThrowIfNull(owner);
        var kind = ResourceKind.Of<T>();
        return new()
        {
            ApiVersion = kind.ApiVersion,
            Kind = kind.Kind,
            Name = owner.Metadata.Name,
            Uid = owner.Metadata.Uid,
            Controller = true,
            BlockOwnerDeletion = blockOwnerDeletion,
        };
    }

    /// <summary>Whether the object's controller is the one with this UID.</summary>
    public static bool IsControlledBy(this IMetadata<V1ObjectMeta> obj, string uid)
    {
        ArgumentNullException.ThrowIfNull(obj);
        return obj.Metadata?.OwnerReferences?.Any(r => r.Controller == true && r.Uid == uid) == true;
    }
}
