using System.Text.Json;
using ImageOperator.Api.Common;
using ImageOperator.Api.Provisioners;
using ImageOperator.Api.Schema;

namespace ImageOperator.Api.ImageTemplates;

/// <summary>A test run on a new machine booted from the captured image. Exactly one kind must be set: those of provisioners.</summary>
[CelRule("!(has(self.onlyTargets) && self.onlyTargets.size() > 0 && has(self.exceptTargets) && self.exceptTargets.size() > 0)",
    "onlyTargets and exceptTargets exclude each other: remove one", FieldPath = ".onlyTargets")]
public sealed record ImageTest : StepKinds
{
    /// <summary>The test's name.</summary>
    [Bounds(Min = 1, Max = 63)]
    [Pattern(Names.LabelPattern)]
    [NotAnInput]
    public required string Name { get; init; }

    /// <summary>How long one run of the test may take.</summary>
    [CelRule(Duration.PositiveRule, Duration.PositiveMessage)]
    [NotAnInput]
    public Duration Timeout { get; init; } = Duration.FromMinutes(5);

    /// <summary>How often a failed test is run again.</summary>
    [NotAnInput]
    public RetryPolicy? Retries { get; init; }

    /// <summary>
    /// An expression that is true when the test is to be run: <c>params.docs &amp;&amp; target.name != "aws"</c>. With forEach it is asked for each
    /// item. A test that is not run is shown in status as Skipped.
    /// </summary>
    [Bounds(Min = 1, Max = 1024)]
    public string? When { get; init; }

    /// <summary>
    /// An expression that is a list or a map: the test is run once for each of its items, as a test of its own, named <c>NAME[item]</c>.
    /// <c>$(item)</c> is the item, <c>$(key)</c> its number from 0, or its key in a map. At most 128 items.
    /// </summary>
    [Bounds(Min = 1, Max = 1024)]
    public string? ForEach { get; init; }

    /// <summary>The targets whose image is tested; all if empty.</summary>
    [Bounds(Max = 32, MaxItemLength = 63)]
    [NotAnInput]
    public IReadOnlyList<string> OnlyTargets { get; init; } = [];

    /// <summary>The targets whose image is not tested.</summary>
    [Bounds(Max = 32, MaxItemLength = 63)]
    [NotAnInput]
    public IReadOnlyList<string> ExceptTargets { get; init; } = [];

    /// <summary>What is different for a target, by the target's name, as in provisioners.</summary>
    [FreeForm]
    [Bounds(Max = 32)]
    public IReadOnlyDictionary<string, JsonElement>? Overrides { get; init; }
}
