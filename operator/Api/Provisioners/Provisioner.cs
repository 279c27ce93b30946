using System.Text.Json;
using ImageOperator.Api.Common;
using ImageOperator.Api.Schema;

namespace ImageOperator.Api.Provisioners;

/// <summary>One step on the machine. Exactly one kind must be set.</summary>
[CelRule("!(has(self.onlyTargets) && self.onlyTargets.size() > 0 && has(self.exceptTargets) && self.exceptTargets.size() > 0)",
    "onlyTargets and exceptTargets exclude each other: remove one", FieldPath = ".onlyTargets")]
public sealed record Provisioner : StepKinds
{
    /// <summary>The step's name.</summary>
    [Bounds(Min = 1, Max = 63)]
    [Pattern(Names.LabelPattern)]
    [NotAnInput]
    public required string Name { get; init; }

    /// <summary>How long one try of the step may take. Unset: only the build's timeout counts.</summary>
    [CelRule(Duration.PositiveRule, Duration.PositiveMessage)]
    [NotAnInput]
    public Duration? Timeout { get; init; }

    /// <summary>How often a failed step is tried again.</summary>
    [NotAnInput]
    public RetryPolicy? Retries { get; init; }

    /// <summary>How long to wait before the step.</summary>
    public Duration? PauseBefore { get; init; }

    /// <summary>
    /// An expression that is true when the step is to be run: <c>params.docs &amp;&amp; target.name != "aws"</c>. With forEach it is asked for each
    /// item. A step that is not run is shown in status as Skipped.
    /// </summary>
    [Bounds(Min = 1, Max = 1024)]
    public string? When { get; init; }

    /// <summary>
    /// An expression that is a list or a map: the step is run once for each of its items, as a step of its own, named <c>NAME[item]</c>.
    /// <c>$(item)</c> is the item, <c>$(key)</c> its number from 0, or its key in a map. At most 128 items.
    /// </summary>
    [Bounds(Min = 1, Max = 1024)]
    public string? ForEach { get; init; }

    /// <summary>The targets that the step is run for; all if empty.</summary>
    [Bounds(Max = 32, MaxItemLength = 63)]
    [NotAnInput]
    public IReadOnlyList<string> OnlyTargets { get; init; } = [];

    /// <summary>The targets that the step is not run for.</summary>
    [Bounds(Max = 32, MaxItemLength = 63)]
    [NotAnInput]
    public IReadOnlyList<string> ExceptTargets { get; init; } = [];

    /// <summary>Go on with the build although the step failed; the failure stands in status.</summary>
    public bool ContinueOnError { get; init; }

    /// <summary>
    /// What is different for a target, by the target's name: any of the step's own fields but name and the lists of targets. Objects are
    /// merged field by field; lists and values replace; null removes. The merged step is validated like one written so.
    /// </summary>
    [FreeForm]
    [Bounds(Max = 32)]
    public IReadOnlyDictionary<string, JsonElement>? Overrides { get; init; }
}
