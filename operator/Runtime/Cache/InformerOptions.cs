using k8s;
using k8s.Models;

namespace ImageOperator.Runtime.Cache;

/// <summary>How one kind is watched. Configure with <c>services.Configure&lt;InformerOptions&lt;T&gt;&gt;</c> or <c>AddIndex</c>.</summary>
public sealed class InformerOptions<T>
    where T : class, IKubernetesObject<V1ObjectMeta>
{
    private readonly Dictionary<string, Func<T, IEnumerable<string>>> indexes = new(StringComparer.Ordinal);

    /// <summary>Watch only this namespace; null takes <c>ControllerRuntimeOptions.WatchNamespace</c>, empty is all.</summary>
    public string? Namespace { get; set; }

    /// <summary>Watch only objects with these labels.</summary>
    public string? LabelSelector { get; set; }

    /// <summary>Watch only objects with these fields.</summary>
    public string? FieldSelector { get; set; }

    /// <summary>Objects per page of a list.</summary>
    public int PageSize { get; set; } = 500;

    /// <summary>A watch that is silent for so long (the server sends a bookmark every minute) is given up as half-open.</summary>
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromSeconds(150);

    /// <summary>What is kept of an object: memory is for thousands of them. It may change the object, which nobody else has yet.</summary>
    public Func<T, T>? Keep { get; set; }

    /// <summary>
    /// Whether an object is one of the thousands that are seldom read: it is kept as compressed JSON, and each read makes a new one of it. Lists of all such
    /// objects are slow: ask an index.
    /// </summary>
    public Func<T, bool>? Pack { get; set; }

    /// <summary>Tell handlers of every object again, this often; null for never.</summary>
    public TimeSpan? ResyncPeriod { get; set; }

    /// <summary>First pause before a failed list or watch is tried again.</summary>
    public TimeSpan BackoffBase { get; set; } = TimeSpan.FromMilliseconds(800);

    /// <summary>Longest pause.</summary>
    public TimeSpan BackoffCap { get; set; } = TimeSpan.FromSeconds(5);

    internal IReadOnlyDictionary<string, Func<T, IEnumerable<string>>> Indexes => indexes;

    /// <summary>Files objects under the values that a pure function finds in them.</summary>
    public InformerOptions<T> AddIndex(string name, Func<T, IEnumerable<string>> values)
    {
        indexes.Add(name, values);
        return this;
    }
}
