using ImageOperator.Api.Schema;
using k8s.Models;

namespace ImageOperator.Api.Platforms;

/// <summary>What a probe found about the platform.</summary>
public sealed record ImagePlatformStatus
{
    /// <summary>The generation that the conditions speak of.</summary>
    public long? ObservedGeneration { get; init; }

    /// <summary>Ready: a probe pod could use the platform. Reconciling: a probe is under way, or will be tried again. Stalled: someone must act.</summary>
    [ListMapKey("type")]
    public IList<V1Condition>? Conditions { get; init; }

    /// <summary>The platform block: qemu, aws or gcp.</summary>
    public string? Platform { get; init; }

    /// <summary>The region.</summary>
    public string? Location { get; init; }

    /// <summary>Who the platform says that the builder is.</summary>
    public string? Identity { get; init; }

    /// <summary>The last probe that came to an end.</summary>
    public PlatformProbe? Probe { get; init; }

    /// <summary>What the last look for strays found; null before the first.</summary>
    public StrayReport? Strays { get; init; }

    /// <summary>Machine time by namespace, of this month.</summary>
    [ListMapKey("namespace")]
    public IReadOnlyList<NamespaceUsage>? Usage { get; init; }

    /// <summary>The last value of the annotation imageoperator.dev/reconcile-requested-at that was acted upon.</summary>
    public string? LastHandledReconcileAt { get; init; }
}

/// <summary>A probe that came to an end.</summary>
public sealed record PlatformProbe
{
    /// <summary>When it ended.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>The generation that it probed.</summary>
    public required long Generation { get; init; }

    /// <summary>How it ended: a reason of Ready.</summary>
    public required string Result { get; init; }

    /// <summary>What it saw.</summary>
    public string? Message { get; init; }

    /// <summary>Probes since the last good one that failed.</summary>
    public int? Failures { get; init; }
}
