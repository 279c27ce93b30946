using System.Text.Json;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Api.Platforms;
using ImageOperator.Api.Schema;
using k8s.Models;

namespace ImageOperator.Api.ImageBuilds;

/// <summary>How the run stands.</summary>
public sealed record ImageBuildStatus
{
    /// <summary>The generation that the conditions speak of.</summary>
    public long? ObservedGeneration { get; init; }

    /// <summary>Ready and Succeeded; Reconciling while the build runs; Stalled when it has failed.</summary>
    [ListMapKey("type")]
    public IList<V1Condition>? Conditions { get; init; }

    /// <summary>The last value of the annotation imageoperator.dev/reconcile-requested-at that was acted upon.</summary>
    public string? LastHandledReconcileAt { get; init; }

    /// <summary>When the build's first target was started; unset while all of them wait in a queue.</summary>
    public DateTimeOffset? StartTime { get; init; }

    /// <summary>When the build ended, whatever its end.</summary>
    public DateTimeOffset? CompletionTime { get; init; }

    /// <summary>From start to end, for people.</summary>
    public string? Duration { get; init; }

    /// <summary>The stage of the target that is furthest behind, or how the build ended.</summary>
    public string? Stage { get; init; }

    /// <summary>Succeeded targets of all, such as 1/2.</summary>
    public string? TargetSummary { get; init; }

    /// <summary>Where the build stands in the queue, while any of its targets waits for a limit.</summary>
    public QueueStatus? Queue { get; init; }

    /// <summary>SHA-256 over the inputs' digests of all targets; known when each target's is.</summary>
    public string? InputsDigest { get; init; }

    /// <summary>Why the build is made, or why not: what has changed since the newest earlier result, old → new.</summary>
    public string? Reason { get; init; }

    /// <summary>The build's trace, as a W3C traceparent; its trace ID stands in every log line of operator and builders.</summary>
    public string? Traceparent { get; init; }

    /// <summary>The template as it was when the build started: later edits do not change the build.</summary>
    public ImageTemplateSpec? Template { get; init; }

    /// <summary>The platforms that the targets refer to, as they were when the build started. Their defaults are in the template's targets already.</summary>
    public IReadOnlyList<PlatformSnapshot>? Platforms { get; init; }

    /// <summary>The parameters' values; those of sensitive parameters are not here.</summary>
    [FreeForm]
    public IReadOnlyDictionary<string, JsonElement>? Parameters { get; init; }

    /// <summary>Which commits and digests the fetched entries of the workspace are. The operator settles Flux's, the builder that comes first the others.</summary>
    [ListMapKey("path")]
    public IReadOnlyList<WorkspaceStatus>? Workspace { get; init; }

    /// <summary>How each target stands. The operator writes attempt and podName, the target's builder pod the rest.</summary>
    [ListMapKey("name")]
    public IReadOnlyList<TargetStatus>? Targets { get; init; }

    /// <summary>What came out, over all targets.</summary>
    public IReadOnlyList<Artifact>? Artifacts { get; init; }
}
