using ImageOperator.Api.Common;
using ImageOperator.Api.Schema;

namespace ImageOperator.Api.Targets.Gcp;

/// <summary>
/// What becomes of a family's older images. They are deprecated in favour of the new one; the later times are shown with them, and Compute Engine does nothing
/// of itself when they come.
/// </summary>
public sealed record GcpOlderImages
{
    /// <summary>How many of the newest that are not deprecated stay as they are.</summary>
    [Bounds(Min = 0, Max = 1000)]
    public int Keep { get; init; }

    /// <summary>After this time they are meant to be obsolete: no new use. Unset: no time.</summary>
    [CelRule(Duration.PositiveRule, Duration.PositiveMessage)]
    public Duration? ObsoleteAfter { get; init; }

    /// <summary>After this time they are meant to be deleted. Unset: no time.</summary>
    [CelRule(Duration.PositiveRule, Duration.PositiveMessage)]
    public Duration? DeleteAfter { get; init; }
}
