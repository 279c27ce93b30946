using ImageOperator.Api.Common;
using ImageOperator.Api.Schema;

namespace ImageOperator.Api.Platforms.Aws;

/// <summary>What becomes of what builds on this platform left and no build knows any more. It is looked for with each probe of the platform.</summary>
public sealed record AwsStrays
{
    /// <summary>What to do with it.</summary>
    public StrayMode Mode { get; init; } = StrayMode.Report;

    /// <summary>How old it must be. Builds under way keep what is theirs, however old.</summary>
    [CelRule(Duration.PositiveRule, Duration.PositiveMessage)]
    public Duration After { get; init; } = Duration.FromMinutes(24 * 60);

    /// <summary>Further regions to look in, for copies of AMIs.</summary>
    [Bounds(Max = 40, MaxItemLength = 32)]
    [Pattern("^[a-z]{2,4}(-[a-z]+)+-[0-9]+$")]
    public IReadOnlyList<string> Regions { get; init; } = [];

    /// <summary>Other accounts to look in, for copies that are theirs.</summary>
    [Bounds(Max = 20)]
    public IReadOnlyList<AwsStrayAccount> Accounts { get; init; } = [];
}
