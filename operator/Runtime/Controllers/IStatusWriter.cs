using k8s;
using k8s.Models;

namespace ImageOperator.Runtime.Controllers;

/// <summary>Writes status by server-side apply, as the runtime's field manager, and only when something would change.</summary>
public interface IStatusWriter
{
    /// <summary>
    /// Applies <paramref name="status"/> (any object or JSON node: exactly the fields that this manager wants to own; a field applied before and left out now is removed).
    /// Returns the updated object, or <paramref name="observed"/> itself when nothing would change. When the object has changed since, or has a successor of the same name, it is a <see cref="Client.ApiError.Conflict"/>: let it out of the reconcile, which comes again.
    /// </summary>
    Task<T> ApplyAsync<T>(T observed, object status, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>;
}
