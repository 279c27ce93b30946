using ImageOperator.Api.Common;
using ImageOperator.Api.Provisioners;
using ImageOperator.Api.Schema;

namespace ImageOperator.Api.ImageTemplates;

/// <summary>A test run on a new machine booted from the captured image. Exactly one kind of test must be set.</summary>
[CelRule("has(self.shell)", "a test needs a kind: set shell", FieldPath = ".shell")]
[CelRule("!(has(self.onlyTargets) && self.onlyTargets.size() > 0 && has(self.exceptTargets) && self.exceptTargets.size() > 0)",
    "onlyTargets and exceptTargets exclude each other: remove one", FieldPath = ".onlyTargets")]
public sealed record ImageTest
{
    /// <summary>The test's name.</summary>
    [Bounds(Min = 1, Max = 63)]
    [Pattern(Names.LabelPattern)]
    [NotAnInput]
    public required string Name { get; init; }

    /// <summary>Commands; the test passes when they exit with an accepted code.</summary>
    public ShellProvisioner? Shell { get; init; }

    /// <summary>How long one run of the test may take.</summary>
    [CelRule(Duration.PositiveRule, Duration.PositiveMessage)]
    [NotAnInput]
    public Duration Timeout { get; init; } = Duration.FromMinutes(5);

    /// <summary>How often a failed test is run again.</summary>
    [NotAnInput]
    public RetryPolicy? Retries { get; init; }

    /// <summary>The targets whose image is tested; all if empty.</summary>
    [Bounds(Max = 32, MaxItemLength = 63)]
    [NotAnInput]
    public IReadOnlyList<string> OnlyTargets { get; init; } = [];

    /// <summary>The targets whose image is not tested.</summary>
    [Bounds(Max = 32, MaxItemLength = 63)]
    [NotAnInput]
    public IReadOnlyList<string> ExceptTargets { get; init; } = [];
}
