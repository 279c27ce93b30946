using k8s;
using k8s.Models;

namespace ImageOperator.Runtime.Events;

/// <summary>
/// Records events.k8s.io/v1 events. Returns at once and never fails: what cannot be written is dropped and counted. Repeats of an event become a series of one.
/// </summary>
public interface IEventRecorder
{
    /// <summary>Records that something happened to an object.</summary>
    /// <param name="regarding">The object; needs name, namespace and UID. (Events of cluster-scoped objects go to <c>default</c>, where old servers refuse them.)</param>
    /// <param name="severity">Normal or warning.</param>
    /// <param name="reason">A constant, equal to the condition's reason where there is one.</param>
    /// <param name="action">What the controller did or tried: a verb in UpperCamelCase.</param>
    /// <param name="note">For people; cut at 1 KiB.</param>
    /// <param name="related">A second object.</param>
    void Record(IKubernetesObject<V1ObjectMeta> regarding, EventSeverity severity, string reason, string action, string note, IKubernetesObject<V1ObjectMeta>? related = null);
}
