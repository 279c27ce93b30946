using System.Collections;
using System.Diagnostics;

namespace ImageOperator.Runtime.Controllers;

/// <summary>What every log line of a reconcile bears.</summary>
internal sealed class ReconcileScope(string controller, ObjectKey key, ActivityTraceId trace) : IReadOnlyList<KeyValuePair<string, object?>>
{
    public int Count => trace == default ? 3 : 4;

    public KeyValuePair<string, object?> this[int index] => index switch
    {
        0 => new("controller", controller),
        1 => new("namespace", key.Namespace),
        2 => new("name", key.Name),
        3 when Count > 3 => new("trace_id", trace.ToHexString()),
        _ => throw new ArgumentOutOfRangeException(nameof(index)),
    };

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => Enumerable.Range(0, Count).Select(i => this[i]).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public override string ToString() => $"{controller} {key}";
}
