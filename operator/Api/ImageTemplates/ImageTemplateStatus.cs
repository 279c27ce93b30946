using ImageOperator.Api.Schema;
using k8s.Models;

namespace ImageOperator.Api.ImageTemplates;

/// <summary>What the operator found about the template.</summary>
public sealed record ImageTemplateStatus
{
    /// <summary>The generation that the conditions speak of.</summary>
    public long? ObservedGeneration { get; init; }

    /// <summary>The names of the targets, for people.</summary>
    public string? TargetSummary { get; init; }

    /// <summary>Ready: the template can be built. Stalled: someone must change it (or what it refers to).</summary>
    [ListMapKey("type")]
    public IList<V1Condition>? Conditions { get; init; }

    /// <summary>The last value of the annotation imageoperator.dev/reconcile-requested-at that was acted upon.</summary>
    public string? LastHandledReconcileAt { get; init; }
}
