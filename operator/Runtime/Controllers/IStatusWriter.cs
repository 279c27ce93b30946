using k8s;
using k8s.Models;

namespace ImageOperator.Runtime.Controllers;

/// <summary>Writes status by server-side apply, as the runtime's field manager, and only when something would change.</summary>
public interface IStatusWriter
{
    /// <summary>
    /// Applies <paramref name="status"/> (any object or JSON node: exactly the fields that this manager wants to own; a field applied before and left out now is removed).
    /// Returns the updated object, or <paramref name="observed"/> itself when nothing would change. The status of a deleted object, or of a successor with another UID, is an <see cref="Client.ApiException"/>.
    /// </summary>
    Task<T> ApplyAsync<T>(T observed, object status, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>;
}
