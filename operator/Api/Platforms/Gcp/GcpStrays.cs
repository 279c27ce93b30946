using ImageOperator.Api.Common;
using ImageOperator.Api.Schema;

namespace ImageOperator.Api.Platforms.Gcp;

/// <summary>What becomes of what builds on this platform left and no build knows any more. It is looked for with each probe of the platform.</summary>
public sealed record GcpStrays
{
    /// <summary>What to do with it.</summary>
    public StrayMode Mode { get; init; } = StrayMode.Report;

    /// <summary>How old it must be. Builds under way keep what is theirs, however old.</summary>
    [CelRule(Duration.PositiveRule, Duration.PositiveMessage)]
    public Duration After { get; init; } = Duration.FromMinutes(24 * 60);
}
