using ImageOperator.Api.Common;
using ImageOperator.Api.Schema;

namespace ImageOperator.Api.Targets.Gcp;

/// <summary>
/// What becomes of a family's older images. They are deprecated in favour of the new one, with the later times. Compute Engine does nothing of itself when these
/// come: the family's next build that still has the field makes the images obsolete, or deletes them, if ImageOperator has made them.
/// </summary>
public sealed record GcpOlderImages
{
    /// <summary>How many of the newest that are not deprecated stay as they are.</summary>
    [Bounds(Min = 0, Max = 1000)]
    public int Keep { get; init; }

    /// <summary>After this time they are obsolete: no machine can be made of them. Unset: never.</summary>
    [CelRule(Duration.PositiveRule, Duration.PositiveMessage)]
    public Duration? ObsoleteAfter { get; init; }

    /// <summary>After this time they are deleted. Unset: never.</summary>
    [CelRule(Duration.PositiveRule, Duration.PositiveMessage)]
    public Duration? DeleteAfter { get; init; }
}
