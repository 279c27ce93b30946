using ImageOperator.Runtime.Client;
using k8s.Models;

namespace ImageOperator.Runtime.Controllers;

internal static class OwnerKeys
{
    /// <summary>The controller of an object, when it is of this kind; versions of a group are the same kind.</summary>
    public static IEnumerable<ObjectKey> OfController(IMetadata<V1ObjectMeta> child, ResourceKind owner)
    {
        foreach (var reference in child.Metadata?.OwnerReferences ?? [])
        {
            if (reference.Controller == true && reference.Kind == owner.Kind && GroupOf(reference.ApiVersion) == owner.Group)
            {
                yield return new ObjectKey(child.Metadata!.NamespaceProperty ?? "", reference.Name);
            }
        }
    }

    private static string GroupOf(string apiVersion) => apiVersion.IndexOf('/', StringComparison.Ordinal) is var slash and >= 0 ? apiVersion[..slash] : "";
}
