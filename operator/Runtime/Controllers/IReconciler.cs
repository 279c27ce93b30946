using System.Diagnostics;

namespace ImageOperator.Runtime.Controllers;

/// <summary>
/// Brings the world nearer to what one object asks for. It is told only the key and reads the level from a store; it is never called twice at once for one key.
/// An exception is a transient failure: the key comes back with a growing pause, for ever.
/// </summary>
public interface IReconciler
{
    /// <summary>Reconciles one object, which may be gone.</summary>
    Task<ReconcileResult> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken);

    /// <summary>The trace that an object's reconciles belong to; the default is none. Must be quick: it is asked each time.</summary>
    ActivityContext TraceOf(ObjectKey key) => default;
}
